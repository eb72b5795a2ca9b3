import { canonicalJson, type Json } from "../../../base/index.ts";
import type { DistributionKind, DistributionRecord } from "../distribution.ts";
import { invalidSpace } from "../invalid-space.ts";

export interface CategoricalDistribution {
  readonly kind: "categorical";
  /** Any JSON values, no two equal. */
  readonly values: readonly Json[];
  /** One per value, adding up to 1; null: equally likely. */
  readonly probabilities: readonly number[] | null;
}

/** Values are compared by their canonical text: a list or an object may be a choice. */
function indexOf(d: CategoricalDistribution, value: Json): number {
  const direct = d.values.indexOf(value);
  if (direct >= 0 || typeof value !== "object" || value === null) return direct;
  const text = canonicalJson(value);
  return d.values.findIndex((candidate) => canonicalJson(candidate) === text);
}

/** The upper ends of the intervals of [0, 1] that the values own. */
function upperEnds(d: CategoricalDistribution): readonly number[] {
  if (d.probabilities === null) return d.values.map((_, index) => (index + 1) / d.values.length);
  let sum = 0;
  const ends = d.probabilities.map((probability) => (sum += probability));
  return ends.map((end) => end / sum);
}

function parseProbabilities(
  record: DistributionRecord,
  length: number,
  where: string,
): readonly number[] | null {
  const probabilities = record["probabilities"] ?? null;
  if (probabilities === null) return null;
  if (!Array.isArray(probabilities) || probabilities.length !== length) {
    const received = Array.isArray(probabilities) ? `${probabilities.length}` : JSON.stringify(probabilities);
    throw invalidSpace(
      `${where}: \`probabilities\` must hold one number per value, ${length}, got ${received}.`,
    );
  }
  const numbers = probabilities as readonly Json[];
  const wrong = numbers.find((p) => typeof p !== "number" || !Number.isFinite(p) || p <= 0);
  if (wrong !== undefined) {
    throw invalidSpace(`${where}: each of \`probabilities\` must be > 0, got ${JSON.stringify(wrong)}.`, {
      hint: "Remove a value that must never be chosen.",
    });
  }
  const sum = (numbers as readonly number[]).reduce((total, p) => total + p, 0);
  if (Math.abs(sum - 1) > 1e-6) {
    throw invalidSpace(`${where}: \`probabilities\` must add up to 1, got ${sum}.`);
  }
  return numbers as readonly number[];
}

export const categoricalKind: DistributionKind<CategoricalDistribution> = {
  kind: "categorical",
  keys: ["values", "probabilities"],
  parse(record, where) {
    const values = record["values"];
    if (!Array.isArray(values) || values.length === 0) {
      const received = values === undefined ? "nothing" : JSON.stringify(values);
      throw invalidSpace(`${where}: \`values\` must be a list of at least one value, got ${received}.`);
    }
    const seen = new Set<string>();
    for (const value of values as readonly Json[]) {
      const text = canonicalJson(value);
      if (seen.has(text))
        throw invalidSpace(`${where}: \`values\` must differ from each other, got ${text} twice.`);
      seen.add(text);
    }
    return { kind: "categorical", values, probabilities: parseProbabilities(record, values.length, where) };
  },
  contains: (d, value) => indexOf(d, value) >= 0,
  toUnit(d, value) {
    const ends = upperEnds(d);
    const index = indexOf(d, value);
    return ((ends[index - 1] ?? 0) + ends[index]!) / 2;
  },
  fromUnit(d, unit) {
    const index = upperEnds(d).findIndex((end) => unit < end);
    return d.values[index < 0 ? d.values.length - 1 : index]!;
  },
  gridValues: (d) => d.values,
  describe: (d, text) =>
    d.values
      .map((value, index) =>
        d.probabilities === null ? text(value) : `${text(value)} (${d.probabilities[index]})`,
      )
      .join(", "),
};
