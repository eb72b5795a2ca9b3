import type { DistributionKind } from "../distribution.ts";
import { bellKind, parseStep, positiveNumber, stepText } from "./bell.ts";
import { betaCumulative } from "../../../base/index.ts";

/** A number from 0 to 1 with the density x^(a - 1) (1 - x)^(b - 1). */
export interface BetaDistribution {
  readonly kind: "beta";
  readonly a: number;
  readonly b: number;
  /** Values are rounded to its multiples when given. */
  readonly step: number | null;
}

export const betaKind: DistributionKind<BetaDistribution> = {
  kind: "beta",
  keys: ["a", "b", "step"],
  parse: (record, where) => ({
    kind: "beta",
    a: positiveNumber(record["a"] ?? 1, `${where}: \`a\``),
    b: positiveNumber(record["b"] ?? 1, `${where}: \`b\``),
    step: parseStep(record, where),
  }),
  ...bellKind<BetaDistribution>({
    cumulative: ({ a, b }, x) => betaCumulative(x, a, b),
    ends: () => [0, 1],
  }),
  describe: (d, text) => `0 to 1 (beta, a ${text(d.a)}, b ${text(d.b)})${stepText(d, text)}`,
};
