export interface ExamplesOfOptions {
  /** What a share is a share of. */
  readonly of: number;
  /** How many are left: shares that add up to one must not ask for one more by being rounded. */
  readonly atMost: number;
}

/** A size as a person writes it, a count or a share between 0 and 1, as a count of at least one. */
export function examplesOf(size: number, { of, atMost }: ExamplesOfOptions): number {
  if (size >= 1) return size;
  const count = Math.max(1, Math.round(size * of));
  return count === atMost + 1 ? Math.max(1, atMost) : count;
}
