/**
 * A search parameter as W&B's sweep files write it, to a distribution of the search space.
 *
 * *Differs from W&B:* quantised ranges (`q_*`) give multiples of `q` inside [min, max] and both ends are as likely as
 * the others, also in a grid, where W&B leaves out the upper end; whole `min` and `max` without a `distribution` are
 * refused where the document takes fractions, because W&B would silently draw whole numbers only; `log_uniform`, whose
 * bounds are exponents, is refused with the bounds to write instead, because half of the files get it wrong.
 */
import type { Json } from "../../base/index.ts";
import type { ParameterEntry } from "./search-schema.ts";

/** What `createSpace` takes: a distribution as a plain record. */
export type DistributionRecord = Readonly<Record<string, Json>>;

type DistributionName = NonNullable<ParameterEntry["distribution"]>;

/** A broken rule of one entry; `key` is where it stands within the entry. */
export class ParameterFault extends Error {
  readonly key: string | undefined;

  constructor(message: string, key?: string) {
    super(message);
    this.key = key;
  }
}

const keysOf: Readonly<
  Record<DistributionName, { readonly required: readonly string[]; readonly optional: readonly string[] }>
> = {
  constant: { required: ["value"], optional: [] },
  categorical: { required: ["values"], optional: ["ordered"] },
  categorical_w_probabilities: { required: ["values", "probabilities"], optional: [] },
  uniform: { required: ["min", "max"], optional: [] },
  int_uniform: { required: ["min", "max"], optional: [] },
  log_uniform: { required: ["min", "max"], optional: [] },
  log_uniform_values: { required: ["min", "max"], optional: ["reverse"] },
  q_uniform: { required: ["min", "max"], optional: ["q"] },
  q_log_uniform_values: { required: ["min", "max"], optional: ["q", "reverse"] },
  inv_log_uniform_values: { required: ["min", "max"], optional: [] },
  normal: { required: [], optional: ["mu", "sigma"] },
  q_normal: { required: [], optional: ["mu", "sigma", "q"] },
  log_normal: { required: [], optional: ["mu", "sigma"] },
  q_log_normal: { required: [], optional: ["mu", "sigma", "q"] },
  beta: { required: [], optional: ["a", "b"] },
  q_beta: { required: [], optional: ["a", "b", "q"] },
};

/** A list of choices longer than this belongs to a range. */
const maxQuantisedValues = 1000;

/**
 * @param takesFractions whether the document accepts numbers with a fraction at the parameter's path.
 * @throws ParameterFault
 */
export function parameterDistribution(entry: ParameterEntry, takesFractions: boolean): DistributionRecord {
  const name = entry.distribution ?? inferDistribution(entry, takesFractions);
  const { required, optional } = keysOf[name];
  for (const key of required) {
    if (entry[key as keyof ParameterEntry] === undefined) {
      throw new ParameterFault(`\`${name}\` needs \`${key}\`, got ${listKeys(entry)}.`);
    }
  }
  for (const key of Object.keys(entry)) {
    if (key === "distribution" || key === "when" || required.includes(key) || optional.includes(key))
      continue;
    throw new ParameterFault(
      `\`${name}\` takes ${[...required, ...optional].map((k) => `\`${k}\``).join(", ")}, got \`${key}\`.`,
      key,
    );
  }
  const { value, values, probabilities, min = 0, max = 0, q = 1 } = entry;
  const { mu = 0, sigma = 1, a = 1, b = 1, reverse = false } = entry;
  if (min > max) throw new ParameterFault(`\`min\` must be at most \`max\`, got min ${min} and max ${max}.`);
  switch (name) {
    case "constant":
      return { kind: "constant", value: value! };
    case "categorical":
      return { kind: entry.ordered === true ? "ordinal" : "categorical", values: values! };
    case "categorical_w_probabilities":
      return { kind: "categorical", values: values!, probabilities: probabilities! };
    case "uniform":
      return { kind: "float", low: min, high: max };
    case "int_uniform":
      return { kind: "integer", low: min, high: max };
    case "log_uniform":
      throw new ParameterFault(
        `\`log_uniform\` takes natural-log exponents, from e^${min} to e^${max}; write \`log_uniform_values\` with \`min: ${short(Math.exp(min))}\` and \`max: ${short(Math.exp(max))}\` for that, or with the bounds themselves.`,
        "distribution",
      );
    case "log_uniform_values":
      checkPositive(min);
      return { kind: "float", low: min, high: max, scale: reverse ? "reverse-log" : "log" };
    case "q_uniform": {
      const [low, high] = multiplesWithin({ min, max, q });
      return Number.isSafeInteger(q) && Number.isSafeInteger(low)
        ? { kind: "integer", low, high, step: q }
        : { kind: "float", low, high, step: q };
    }
    case "q_log_uniform_values":
      checkPositive(min);
      return quantisedLog({ min, max, q }, reverse);
    // The logarithm of 1/x is even over its range just when that of x is.
    case "inv_log_uniform_values":
      checkPositive(min);
      return { kind: "float", low: min, high: max, scale: "log" };
    case "normal":
      return { kind: "normal", mean: mu, deviation: sigma };
    case "q_normal":
      return { kind: "normal", mean: mu, deviation: sigma, step: q };
    case "log_normal":
      return { kind: "log-normal", mean: mu, deviation: sigma };
    case "q_log_normal":
      return { kind: "log-normal", mean: mu, deviation: sigma, step: q };
    case "beta":
      return { kind: "beta", a, b };
    case "q_beta":
      return { kind: "beta", a, b, step: q };
    default:
      name satisfies never;
      throw new ParameterFault(`unknown distribution \`${String(name)}\`.`);
  }
}

function inferDistribution(entry: ParameterEntry, takesFractions: boolean): DistributionName {
  if (entry.value !== undefined) return "constant";
  if (entry.values !== undefined)
    return entry.probabilities === undefined ? "categorical" : "categorical_w_probabilities";
  const { min, max } = entry;
  if (min === undefined || max === undefined) {
    throw new ParameterFault(
      `expected \`value\`, \`values\`, or \`min\` and \`max\`, got ${listKeys(entry)}.`,
    );
  }
  if (entry.q !== undefined) return "q_uniform";
  if (!Number.isInteger(min) || !Number.isInteger(max)) return "uniform";
  if (!takesFractions) return "int_uniform";
  throw new ParameterFault(
    `whole \`min\` and \`max\` need a \`distribution\` here: \`int_uniform\` for whole numbers, \`uniform\` for fractions, got min ${min} and max ${max}.`,
  );
}

function listKeys(entry: ParameterEntry): string {
  const keys = Object.keys(entry).filter((key) => key !== "distribution" && key !== "when");
  return keys.length === 0 ? "nothing" : keys.map((key) => `\`${key}\``).join(", ");
}

function checkPositive(min: number): void {
  if (min <= 0) throw new ParameterFault(`\`min\` must be > 0 on a log scale, got ${min}.`, "min");
}

interface QuantisedRange {
  readonly min: number;
  readonly max: number;
  readonly q: number;
}

/** 0.1 + 2 * 0.1 is 0.30000000000000004; 15 digits give back what a person would write. */
function decimal(value: number): number {
  return Number(value.toPrecision(15));
}

function multiplesWithin({ min, max, q }: QuantisedRange): readonly [number, number] {
  const low = decimal(Math.ceil(min / q - 1e-9) * q);
  const high = decimal(Math.floor(max / q + 1e-9) * q);
  if (low > high) {
    throw new ParameterFault(
      `[min, max] must hold a multiple of \`q\`, got min ${min}, max ${max} and q ${q}.`,
      "q",
    );
  }
  return [low, high];
}

/**
 * Each multiple of q with the probability that a log-uniform draw is rounded to it.
 *
 * @param reverse the scale is seen from the upper end.
 */
function quantisedLog({ min, max, q }: QuantisedRange, reverse: boolean): DistributionRecord {
  const [low, high] = multiplesWithin({ min, max, q });
  if (q === 1) return { kind: "integer", low, high, scale: reverse ? "reverse-log" : "log" };
  const count = Math.round((high - low) / q) + 1;
  if (count > maxQuantisedValues) {
    throw new ParameterFault(
      `\`q\` must leave at most ${maxQuantisedValues} values, got ${count}; use \`log_uniform_values\` for so fine a range.`,
      "q",
    );
  }
  const values = Array.from({ length: count }, (_, i) => decimal(low + i * q));
  const masses = values.map((value) => {
    const seen = reverse ? min + max - value : value;
    return Math.log(Math.min(max, seen + q / 2) / Math.max(min, seen - q / 2));
  });
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  return { kind: "categorical", values, probabilities: masses.map((mass) => mass / total) };
}

function short(value: number): string {
  return String(Number(value.toPrecision(6)));
}
