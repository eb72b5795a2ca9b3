/** The largest difference relative to the expected value; to the values' mean square root where they are smaller. */
export function worstDifference(received: ArrayLike<number>, expected: readonly number[]): number {
  const usual = Math.sqrt(expected.reduce((sum, x) => sum + x * x, 0) / expected.length);
  return Math.max(...expected.map((x, i) => Math.abs(received[i]! - x) / Math.max(Math.abs(x), usual)));
}
