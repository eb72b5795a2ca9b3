import type { DistributionKind } from "../distribution.ts";
import { bellKind, parseStep, positiveNumber, stepText, withFiniteEnds } from "./bell.ts";
import { finiteNumber } from "./scale.ts";
import { normalCumulative } from "../../../base/index.ts";

/** A normally distributed number. */
export interface NormalDistribution {
  readonly kind: "normal";
  readonly mean: number;
  readonly deviation: number;
  /** Values are rounded to its multiples when given. */
  readonly step: number | null;
}

/** In deviations: beyond, the probability is below 1e-15. */
const reach = 8;

const ends = ({ mean, deviation }: NormalDistribution): readonly [number, number] => [
  mean - reach * deviation,
  mean + reach * deviation,
];

export const normalKind: DistributionKind<NormalDistribution> = {
  kind: "normal",
  keys: ["mean", "deviation", "step"],
  parse: (record, where) =>
    withFiniteEnds<NormalDistribution>(
      {
        kind: "normal",
        mean: finiteNumber(record["mean"] ?? 0, `${where}: \`mean\``),
        deviation: positiveNumber(record["deviation"] ?? 1, `${where}: \`deviation\``),
        step: parseStep(record, where),
      },
      ends,
      where,
    ),
  ...bellKind<NormalDistribution>({
    cumulative: ({ mean, deviation }, x) => normalCumulative((x - mean) / deviation),
    ends,
  }),
  describe: (d, text) => `normal, mean ${text(d.mean)}, deviation ${text(d.deviation)}${stepText(d, text)}`,
};
