/** The kinds of distributions, one line each. Everything else asks `kindOf`. */
import { suggestName, type Json } from "../../base/index.ts";
import type { DistributionKind, DistributionRecord } from "./distribution.ts";
import { betaKind, type BetaDistribution } from "./distributions/beta.ts";
import { categoricalKind, type CategoricalDistribution } from "./distributions/categorical.ts";
import { constantKind, type ConstantDistribution } from "./distributions/constant.ts";
import { floatKind, type FloatDistribution } from "./distributions/float.ts";
import { integerKind, type IntegerDistribution } from "./distributions/integer.ts";
import { logNormalKind, type LogNormalDistribution } from "./distributions/log-normal.ts";
import { normalKind, type NormalDistribution } from "./distributions/normal.ts";
import { ordinalKind, type OrdinalDistribution } from "./distributions/ordinal.ts";
import { invalidSpace } from "./invalid-space.ts";

export type Distribution =
  | BetaDistribution
  | CategoricalDistribution
  | ConstantDistribution
  | FloatDistribution
  | IntegerDistribution
  | LogNormalDistribution
  | NormalDistribution
  | OrdinalDistribution;

const kinds: { readonly [K in Distribution["kind"]]: DistributionKind<Extract<Distribution, { kind: K }>> } =
  {
    beta: betaKind,
    categorical: categoricalKind,
    constant: constantKind,
    float: floatKind,
    integer: integerKind,
    "log-normal": logNormalKind,
    normal: normalKind,
    ordinal: ordinalKind,
  };

export const distributionKinds = Object.keys(kinds) as readonly Distribution["kind"][];

function kindOf(distribution: Distribution): DistributionKind<Distribution> {
  return kinds[distribution.kind];
}

/**
 * A distribution from a plain record such as `{ kind: "float", low: 0, high: 1 }`, its defaults filled in.
 *
 * @param where begins every message, for example ``parameter `training.weightDecay` ``.
 * @throws INVALID_SPACE
 */
export function parseDistribution(record: unknown, where: string): Distribution {
  if (typeof record !== "object" || record === null || Array.isArray(record)) {
    throw invalidSpace(`${where}: a distribution must be an object, got ${JSON.stringify(record)}.`);
  }
  const { kind: name, ...rest } = record as DistributionRecord;
  if (typeof name !== "string" || !Object.hasOwn(kinds, name)) {
    const received = typeof name === "string" ? name : JSON.stringify(name);
    const suggestion = suggestName(received ?? "nothing", distributionKinds);
    throw invalidSpace(`${where}: unknown kind of distribution \`${received ?? "nothing"}\`; ${suggestion}`);
  }
  const kind = kinds[name as Distribution["kind"]];
  for (const key of Object.keys(rest)) {
    if (kind.keys.includes(key)) continue;
    throw invalidSpace(`${where}: ${name} has no key \`${key}\`; ${suggestName(key, kind.keys)}`);
  }
  return kind.parse(rest, `${where}: ${name}`);
}

/** True when the distribution can give the value. */
export function contains(distribution: Distribution, value: Json): boolean {
  return kindOf(distribution).contains(distribution, value);
}

/** A point of [0, 1] that decodes to the value; the value must be one that the distribution contains. */
export function toUnit(distribution: Distribution, value: Json): number {
  return kindOf(distribution).toUnit(distribution, value);
}

/** The value at a point of [0, 1]; a uniform point gives a value drawn from the distribution. */
export function fromUnit(distribution: Distribution, unit: number): Json {
  return kindOf(distribution).fromUnit(distribution, unit);
}

/** What the distribution gives, in words for people. @param text a value as they are to read it */
export function describeDistribution(distribution: Distribution, text: (value: Json) => string): string {
  return kindOf(distribution).describe(distribution, text);
}

/** Every value in order, or null when they cannot be enumerated. */
export function gridValues(distribution: Distribution): readonly Json[] | null {
  return kindOf(distribution).gridValues(distribution);
}
