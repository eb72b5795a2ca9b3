/**
 * Whether to measure a configuration again instead of trying another one: when the budget is nearly spent, and the noise of a
 * measurement is larger than the lead of the best over the next, one lucky result would decide what is handed over.
 */
import type { Evaluation } from "../sampler.ts";
import type { Goal } from "./goal.ts";
import type { Features } from "./kernel.ts";

/** In deviations of the losses: less noise than this decides nothing. */
const leastNoise = 0.1;
/** So many of the best are in the race. */
const mostLeading = 3;
/** More repeats of one configuration say little more. */
const mostRepeats = 5;

/** Of the leading configurations the one that was measured least; null when none has to be. */
export function leaderToRepeat(
  { main, around }: Goal,
  featuresOf: (evaluation: Evaluation) => Features,
): Evaluation | null {
  const noise = Math.sqrt(main.noise);
  const leading = around
    .filter(({ state, replicates }) => state === "completed" && replicates < mostRepeats)
    .slice(0, mostLeading)
    .map((one) => ({ one, mean: main.model.predict(featuresOf(one)).mean }));
  if (noise < leastNoise || leading.length < 2) return null;
  const close = leading.filter(({ mean }) => mean - leading[0]!.mean < noise);
  if (close.length < 2) return null;
  return close.reduce((least, next) => (next.one.replicates < least.one.replicates ? next : least)).one;
}
