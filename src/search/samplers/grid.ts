import { canonicalJson, TunesmithError, type Json } from "../../base/index.ts";
import {
  brokenConstraints,
  chooseConfiguration,
  configurationKey,
  gridValues,
  type Configuration,
  type SearchSpace,
} from "../space/index.ts";
import type { Sampler, Suggestion } from "./sampler.ts";

/** A grid whose points have to be looked at one by one may have so many. */
const mostVisited = 1_000_000;

interface Axis {
  readonly name: string;
  readonly values: readonly Json[];
}

/** The points of a grid by their number. */
interface GridPoints {
  readonly size: number;
  readonly at: (number: number) => Configuration;
  /** The number of a point; null for what is no point of the grid. */
  readonly indexOf: (configuration: Configuration) => number | null;
}

/** The values of every parameter, in the order of the space. */
function gridAxes(space: SearchSpace): readonly Axis[] {
  return space.parameters.map(({ name, distribution }) => {
    const values = gridValues(distribution);
    if (values === null) {
      throw new TunesmithError("INVALID_SPACE", {
        message: `grid: parameter \`${name}\` must have values that can be enumerated, got a ${distribution.kind} without end or step.`,
        hint: "List its values, give it a step, or use the sampler `random`.",
        facts: { parameter: name },
      });
    }
    return { name, values };
  });
}

/** Without conditions and constraints a point's number tells its digits. */
function fullGrid(axes: readonly Axis[]): GridPoints {
  const size = axes.reduce((product, { values }) => product * values.length, 1);
  if (!Number.isSafeInteger(size)) {
    throw new TunesmithError("INVALID_SPACE", {
      message: `grid: the grid must have fewer than 2^53 points, got about ${size.toExponential(1)}.`,
      hint: "Search fewer parameters, or use the sampler `random`.",
    });
  }
  return {
    size,
    at(number) {
      const digits: Json[] = [];
      let rest = number;
      for (const { values } of axes.toReversed()) {
        digits.unshift(values[rest % values.length]!);
        rest = Math.floor(rest / values.length);
      }
      return Object.fromEntries(axes.map(({ name }, index) => [name, digits[index]!]));
    },
    indexOf(configuration) {
      let number = 0;
      for (const { name, values } of axes) {
        const text = canonicalJson(configuration[name] ?? null);
        const digit = values.findIndex((value) => canonicalJson(value) === text);
        if (digit === -1) return null;
        number = number * values.length + digit;
      }
      return number;
    },
  };
}

/** With them, the points that differ in active parameters and are feasible are counted out. */
function sievedGrid(space: SearchSpace, axes: readonly Axis[]): GridPoints {
  const valuesOf = new Map(axes.map(({ name, values }) => [name, values]));
  const points: Configuration[] = [];
  const chosen = new Map<string, number>();
  let visited = 0;
  while (true) {
    if (++visited > mostVisited) {
      throw new TunesmithError("INVALID_SPACE", {
        message: `grid: a grid with conditions or constraints may have at most ${mostVisited} points, got more.`,
        hint: "Search fewer parameters or values, or use the sampler `random`.",
      });
    }
    const active: string[] = [];
    const point = chooseConfiguration(space, ({ name }) => {
      active.push(name);
      return valuesOf.get(name)![chosen.get(name) ?? 0]!;
    });
    if (brokenConstraints(space, point).length === 0) points.push(point);
    // The last active parameter goes on; those behind it start anew.
    let last = active.pop();
    while (last !== undefined && (chosen.get(last) ?? 0) + 1 >= valuesOf.get(last)!.length) {
      chosen.delete(last);
      last = active.pop();
    }
    if (last === undefined) break;
    chosen.set(last, (chosen.get(last) ?? 0) + 1);
  }
  if (points.length === 0) {
    throw new TunesmithError("INVALID_SPACE", {
      message: `grid: at least one of the ${visited} points must keep all constraints, got none that does.`,
      hint: "Loosen a constraint.",
    });
  }
  const indices = new Map(points.map((point, index) => [configurationKey(point), index]));
  return {
    size: points.length,
    at: (number) => points[number]!,
    indexOf: (configuration) => indices.get(configurationKey(configuration)) ?? null,
  };
}

function pointsOf(space: SearchSpace): GridPoints {
  const axes = gridAxes(space);
  const isSieved = space.constraints !== undefined || space.parameters.some(({ when }) => when !== undefined);
  return isSieved ? sievedGrid(space, axes) : fullGrid(axes);
}

/**
 * Number of points of the grid.
 *
 * @throws INVALID_SPACE naming the first parameter that cannot be enumerated, and for too many points.
 */
export function gridSize(space: SearchSpace): number {
  return pointsOf(space).size;
}

/** Every point once, as nested loops would visit them: the first parameter varies slowest. */
export function createGridSampler(space: SearchSpace): Sampler {
  const { size, at, indexOf } = pointsOf(space);
  return {
    name: "grid",
    // Points that a person gave are left out, wherever they stand in the grid.
    usesHistory: true,
    size,
    suggest({ number, history }): Suggestion {
      const given = history.filter(({ isGiven }) => isGiven);
      const taken = given.flatMap(({ configuration }) => indexOf(configuration) ?? []);
      const point = untaken(number - given.length, taken);
      if (point < size) {
        const message = `point ${point + 1} of the ${size} of the grid`;
        return { configuration: at(point), why: { kind: "enumerated", message } };
      }
      throw new TunesmithError("INVALID_USAGE", {
        message: `grid: the grid has ${size} points, got a request for trial ${number}.`,
        hint: `Ask for at most ${size} trials.`,
        facts: { size, number },
      });
    },
  };
}

/** The number of the point that comes after so many others, those that are taken not counted. */
function untaken(others: number, taken: readonly number[]): number {
  return taken.toSorted((a, b) => a - b).reduce((point, one) => (one <= point ? point + 1 : point), others);
}
