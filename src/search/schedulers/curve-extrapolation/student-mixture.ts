import { studentUpperTail } from "../student.ts";

/** One guess of a value: Student's t, moved and stretched. */
export interface StudentGuess {
  readonly location: number;
  readonly scale: number;
  readonly degrees: number;
  /** Its share in a mixture; shares need not add to one. */
  readonly weight: number;
}

/** The probability that a value is below `threshold` by a mixture of guesses, which has at least one. */
export function probabilityBelow(guesses: readonly StudentGuess[], threshold: number): number {
  let total = 0;
  let below = 0;
  for (const { location, scale, degrees, weight } of guesses) {
    total += weight;
    below += weight * studentUpperTail((location - threshold) / scale, degrees);
  }
  return below / total;
}
