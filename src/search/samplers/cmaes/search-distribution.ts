/** The distribution over whole configurations: a normal one over the numbers, probabilities for the choices. */
import { RandomStream, type Json, type Seed } from "../../../base/index.ts";
import {
  brokenConstraints,
  chooseConfiguration,
  fromUnit,
  toUnit,
  type Configuration,
  type SearchSpace,
} from "../../space/index.ts";
import { choiceOf, type Coordinates } from "./coordinates.ts";
import { drawGaussian, type Gaussian } from "./gaussian.ts";

export interface SearchDistribution {
  readonly gaussian: Gaussian;
  /** [choices][values] */
  readonly probabilities: readonly Float64Array[];
}

export interface Drawn {
  readonly configuration: Configuration;
  /** [n], where the configuration was drawn, before numbers were rounded to their cells. */
  readonly point: Float64Array;
}

export interface DrawOptions {
  readonly space: SearchSpace;
  readonly coordinates: Coordinates;
  readonly seed: Seed;
  readonly number: number;
  readonly retry: number;
}

/** After so many draws outside of the cube the nearest point inside is taken. */
const mostOutside = 100;
/** So many draws in a row that break a constraint mean that the distribution lies elsewhere. */
const mostInfeasible = 100;

/** The configuration of a trial: a function of its arguments. Null when none was found that keeps the constraints. */
export function drawFrom(distribution: SearchDistribution, options: DrawOptions): Drawn | null {
  const { space, coordinates, seed, number, retry } = options;
  const { numeric, choices } = coordinates;
  const stream = new RandomStream(seed, "cmaes", number, ...(retry === 0 ? [] : ["retry", retry]));
  let used = 0;
  const next = () => stream.uniform(used++);
  for (let attempt = 0; attempt < mostInfeasible; attempt++) {
    const point = drawPoint(distribution.gaussian, coordinates, next);
    const values = new Map<string, Json>();
    const units = unitsOf(distribution.gaussian, coordinates, point);
    for (const [j, one] of numeric.entries()) values.set(one.name, fromUnit(one.distribution, units[j]!));
    for (const [c, one] of choices.entries()) {
      values.set(one.name, one.values[drawIndex(distribution.probabilities[c]!, next())]!);
    }
    const configuration = chooseConfiguration(space, (parameter) =>
      values.has(parameter.name) ? values.get(parameter.name)! : fromUnit(parameter.distribution, 0.5),
    );
    if (brokenConstraints(space, configuration).length === 0) return { configuration, point };
  }
  return null;
}

/** Draws until the coordinates without steps are inside of the cube; cells have no outside. */
function drawPoint(gaussian: Gaussian, { numeric }: Coordinates, next: () => number): Float64Array {
  for (let attempt = 0; ; attempt++) {
    const point = drawGaussian(
      gaussian,
      Float64Array.from(numeric, () => normal(next)),
    );
    if (numeric.every(({ borders }, j) => borders !== null || (point[j]! >= 0 && point[j]! <= 1)))
      return point;
    if (attempt === mostOutside) return point.map((x, j) => (numeric[j]!.borders === null ? clamp(x) : x));
  }
}

/** By the transform of Box and Muller. */
function normal(next: () => number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - next()));
  return radius * Math.cos(2 * Math.PI * next());
}

/** The units that a point stands for: of cells it is stretched away from the mean. */
function unitsOf({ mean, stretch }: Gaussian, { numeric }: Coordinates, point: Float64Array): Float64Array {
  return point.map((x, j) =>
    clamp(numeric[j]!.borders === null ? x : mean[j]! + stretch[j]! * (x - mean[j]!)),
  );
}

function clamp(unit: number): number {
  return Math.min(1, Math.max(0, unit));
}

function drawIndex(probabilities: Float64Array, uniform: number): number {
  let sum = 0;
  const index = probabilities.findIndex((p) => uniform < (sum += p));
  return index < 0 ? probabilities.length - 1 : index;
}

/** A point that could have given the configuration: the mean where it has no such parameter. */
export function pointOf(
  { mean, stretch }: Gaussian,
  { numeric }: Coordinates,
  configuration: Configuration,
): Float64Array {
  return Float64Array.from(numeric, ({ name, distribution, borders }, j) => {
    if (!Object.hasOwn(configuration, name)) return mean[j]!;
    const unit = toUnit(distribution, configuration[name]!);
    return borders === null ? unit : mean[j]! + (unit - mean[j]!) / stretch[j]!;
  });
}

/** [n], 1 where the configuration has the number. */
export function activeNumbers({ numeric }: Coordinates, configuration: Configuration): Uint8Array {
  return Uint8Array.from(numeric, ({ name }) => (Object.hasOwn(configuration, name) ? 1 : 0));
}

/** [choices], -1 where the configuration has none. */
export function chosenIn({ choices }: Coordinates, configuration: Configuration): readonly number[] {
  return choices.map((one) =>
    Object.hasOwn(configuration, one.name) ? choiceOf(one, configuration[one.name]!) : -1,
  );
}
