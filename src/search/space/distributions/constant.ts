import { canonicalJson, type Json } from "../../../base/index.ts";
import type { DistributionKind } from "../distribution.ts";
import { invalidSpace } from "../invalid-space.ts";

export interface ConstantDistribution {
  readonly kind: "constant";
  readonly value: Json;
}

export const constantKind: DistributionKind<ConstantDistribution> = {
  kind: "constant",
  keys: ["value"],
  parse(record, where) {
    const value = record["value"];
    if (value === undefined) throw invalidSpace(`${where}: \`value\` must be given, got nothing.`);
    return { kind: "constant", value };
  },
  contains: (d, value) => canonicalJson(d.value) === canonicalJson(value),
  toUnit: () => 0.5,
  fromUnit: (d) => d.value,
  gridValues: (d) => [d.value],
  describe: (d, text) => text(d.value),
};
