import type { DistributionKind } from "../distribution.ts";
import { bellKind, parseStep, positiveNumber, stepText, withFiniteEnds } from "./bell.ts";
import { finiteNumber } from "./scale.ts";
import { normalCumulative } from "../../../base/index.ts";

/** A positive number whose natural logarithm is normally distributed. */
export interface LogNormalDistribution {
  readonly kind: "log-normal";
  /** Of the logarithm. */
  readonly mean: number;
  /** Of the logarithm. */
  readonly deviation: number;
  /** Values are rounded to its multiples when given. */
  readonly step: number | null;
}

/** In deviations of the logarithm: beyond, the probability is below 1e-15. */
const reach = 8;

const ends = ({ mean, deviation, step }: LogNormalDistribution): readonly [number, number] => [
  // Rounding may reach 0.
  step === null ? Math.exp(mean - reach * deviation) : 0,
  Math.exp(mean + reach * deviation),
];

export const logNormalKind: DistributionKind<LogNormalDistribution> = {
  kind: "log-normal",
  keys: ["mean", "deviation", "step"],
  parse: (record, where) =>
    withFiniteEnds<LogNormalDistribution>(
      {
        kind: "log-normal",
        mean: finiteNumber(record["mean"] ?? 0, `${where}: \`mean\``),
        deviation: positiveNumber(record["deviation"] ?? 1, `${where}: \`deviation\``),
        step: parseStep(record, where),
      },
      ends,
      where,
    ),
  ...bellKind<LogNormalDistribution>({
    cumulative: ({ mean, deviation }, x) => (x <= 0 ? 0 : normalCumulative((Math.log(x) - mean) / deviation)),
    ends,
  }),
  describe: (d, text) =>
    `log-normal, logarithm with mean ${text(d.mean)} and deviation ${text(d.deviation)}${stepText(d, text)}`,
};
