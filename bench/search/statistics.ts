/** How sure a difference is. */
import { normalCumulative } from "../../src/base/index.ts";

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export interface RankTest {
  /** Two-sided probability of so large a difference, or a larger one, by chance. */
  readonly p: number;
  /** True when the first sample has the lower ranks. */
  readonly isLower: boolean;
}

/**
 * Whether independent samples differ, by the normal approximation with corrections for
 * ties and continuity, which is close from eight values each.
 *
 * @see Mann and Whitney 1947, "On a Test of Whether one of Two Random Variables is Stochastically Larger than the Other"
 */
export function mannWhitney(a: readonly number[], b: readonly number[]): RankTest {
  const all = [...a, ...b].toSorted((x, y) => x - y);
  const ranks = new Map<number, number>();
  let ties = 0;
  for (let from = 0; from < all.length;) {
    let to = from;
    while (to < all.length && all[to] === all[from]) to++;
    ranks.set(all[from]!, (from + 1 + to) / 2);
    ties += (to - from) ** 3 - (to - from);
    from = to;
  }
  const [n, m, total] = [a.length, b.length, all.length];
  let sum = 0;
  for (const value of a) sum += ranks.get(value)!;
  const u = sum - (n * (n + 1)) / 2;
  const variance = ((n * m) / 12) * (total + 1 - ties / (total * (total - 1)));
  const isLower = u < (n * m) / 2;
  if (variance <= 0) return { p: 1, isLower };
  const z = Math.max(0, Math.abs(u - (n * m) / 2) - 0.5) / Math.sqrt(variance);
  return { p: Math.min(1, 2 * normalCumulative(-z)), isLower };
}

/**
 * The probabilities of several tests, made larger so that each can be read as if it were the only one.
 *
 * @see Holm 1979, "A Simple Sequentially Rejective Multiple Test Procedure"
 */
export function holm(probabilities: readonly number[]): number[] {
  const order = probabilities
    .map((_, index) => index)
    .toSorted((i, j) => probabilities[i]! - probabilities[j]!);
  const adjusted = probabilities.map(() => 1);
  let highest = 0;
  for (const [place, index] of order.entries()) {
    highest = Math.max(highest, Math.min(1, (probabilities.length - place) * probabilities[index]!));
    adjusted[index] = highest;
  }
  return adjusted;
}
