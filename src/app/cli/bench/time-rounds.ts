/** Rounds of a measurement; the median is what is quoted, since other programs come and go. */
export interface Rounds {
  readonly medianMs: number;
  readonly bestMs: number;
}

export function summarizeRounds(milliseconds: readonly number[]): Rounds {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  return { medianMs: sorted[Math.floor(sorted.length / 2)]!, bestMs: sorted[0]! };
}

export function timeOnce(action: () => void): number {
  const start = performance.now();
  action();
  return performance.now() - start;
}
