import { RandomStream, type Json, type Seed } from "../../base/index.ts";
import {
  brokenConstraints,
  chooseConfiguration,
  fromUnit,
  toUnit,
  type Configuration,
  type SearchParameter,
  type SearchSpace,
} from "../space/index.ts";

/** How often a value is drawn anew instead of changed. */
const redrawShare = 0.25;
const factors = [0.8, 1.2];
const mostAttempts = 100;

export interface PerturbOptions {
  readonly seed: Seed;
  readonly number: number;
  /** Parameters that are left as they are: those that decide the shape of what is inherited. */
  readonly isKept: (name: string) => boolean;
}

/**
 * A configuration near another: each number multiplied by 0.8 or 1.2, or drawn anew; each choice kept, or drawn anew.
 *
 * @see Jaderberg et al. 2017, "Population Based Training of Neural Networks", section 4
 */
export function perturb(
  space: SearchSpace,
  configuration: Configuration,
  { seed, number, isKept }: PerturbOptions,
): Configuration {
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const changed = chooseConfiguration(space, (parameter) => {
      const value = configuration[parameter.name];
      const stream = new RandomStream(seed, "perturb", number, parameter.name);
      if (value !== undefined && isKept(parameter.name)) return value;
      return changedValue(parameter, value, (index) => stream.uniform(3 * attempt + index));
    });
    if (brokenConstraints(space, changed).length === 0) return changed;
  }
  return configuration;
}

function changedValue(
  { distribution }: SearchParameter,
  value: Json | undefined,
  uniform: (index: number) => number,
): Json {
  if (value === undefined || uniform(0) < redrawShare) return fromUnit(distribution, uniform(1));
  if (typeof value !== "number" || distribution.kind === "categorical" || distribution.kind === "ordinal")
    return value;
  const changed = value * factors[uniform(2) < 0.5 ? 0 : 1]!;
  const { low, high } = endsOf(distribution);
  // There and back again, which puts it on a step where the distribution has steps.
  return fromUnit(distribution, toUnit(distribution, Math.min(high, Math.max(low, changed))));
}

function endsOf(distribution: SearchParameter["distribution"]): {
  readonly low: number;
  readonly high: number;
} {
  const [a, b] = [fromUnit(distribution, 0), fromUnit(distribution, 1)] as [number, number];
  return { low: Math.min(a, b), high: Math.max(a, b) };
}
