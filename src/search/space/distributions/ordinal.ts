import type { Json } from "../../../base/index.ts";
import type { DistributionKind } from "../distribution.ts";
import { categoricalKind } from "./categorical.ts";

/** Choices with an order: neighbours are alike, as in small, medium, large. */
export interface OrdinalDistribution {
  readonly kind: "ordinal";
  /** Any JSON values, no two equal, in their order. */
  readonly values: readonly Json[];
}

const asCategorical = ({ values }: OrdinalDistribution) =>
  ({ kind: "categorical", values, probabilities: null }) as const;

export const ordinalKind: DistributionKind<OrdinalDistribution> = {
  kind: "ordinal",
  keys: ["values"],
  parse: (record, where) => ({ kind: "ordinal", values: categoricalKind.parse(record, where).values }),
  contains: (d, value) => categoricalKind.contains(asCategorical(d), value),
  toUnit: (d, value) => categoricalKind.toUnit(asCategorical(d), value),
  fromUnit: (d, unit) => categoricalKind.fromUnit(asCategorical(d), unit),
  gridValues: ({ values }) => values,
  describe: ({ values }, text) => values.map(text).join(" < "),
};
