/** What is modelled, and in which units. */
import type { Evaluation } from "../sampler.ts";
import { lossesOf, replicateVariance } from "./evidence.ts";
import { littleNoise, type NoiseBelief } from "./fit.ts";
import { lossScales, plainScale, signedScale, type TargetScale } from "./outcomes.ts";

export interface Quantity {
  /** Tells quantities apart. */
  readonly name: string;
  valuesOf(evaluations: readonly Evaluation[]): readonly number[];
  /** The scales that come into question for these values, always as many. */
  scalesOf(values: readonly number[]): readonly TargetScale[];
  /** In units of targets. */
  noiseOf(evaluations: readonly Evaluation[], scale: TargetScale): NoiseBelief;
}

/** Labels are exact; what is noisy is where the border runs. */
const labelNoise: NoiseBelief = { centre: Math.log(0.03), deviation: 1 };

export function objectiveQuantity(objective: number): Quantity {
  return {
    name: `objective ${objective}`,
    valuesOf: (evaluations) => lossesOf(evaluations, objective),
    scalesOf: lossScales,
    noiseOf(evaluations, scale) {
      const { variance, freedom } = replicateVariance(evaluations, objective, (loss) => scale.slopeAt(loss));
      // The logarithm of a variance from f differences has a deviation of about sqrt(2 / f).
      return freedom === 0 || variance === 0
        ? littleNoise
        : { centre: Math.log(variance), deviation: Math.sqrt(2 / freedom) };
    },
  };
}

/** Kept where the target is at most 0. */
export function violationQuantity(constraint: number): Quantity {
  return {
    name: `constraint ${constraint}`,
    valuesOf: (evaluations) => evaluations.map(({ violations }) => violations[constraint]!),
    scalesOf: (values) => [signedScale(values)],
    noiseOf: () => littleNoise,
  };
}

/** -1 where a trial succeeded, 1 where it failed: likely to succeed where the target is expected below 0. */
export const failureQuantity: Quantity = {
  name: "failure",
  valuesOf: (evaluations) => evaluations.map(({ losses }) => (losses === null ? 1 : -1)),
  scalesOf: () => [plainScale],
  noiseOf: () => labelNoise,
};
