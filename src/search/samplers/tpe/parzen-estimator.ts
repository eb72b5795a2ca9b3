/**
 * A density over configurations: a mixture of one kernel around each observation and one that is even over the space. A
 * kernel is a product over parameters, so it knows which values go together; where a parameter is not active in an
 * observation, its kernel is even in that parameter, so conditional spaces need no special case.
 *
 * @see Watanabe 2023, "Tree-Structured Parzen Estimator: Understanding Its Algorithm Components and Their Roles for Better
 *   Empirical Performance", sections 3.3 and 3.4
 */
import { normalCumulative } from "../../../base/index.ts";
import type { Axis, CellsAxis } from "./axis.ts";
import type { Bandwidth } from "./bandwidth.ts";

/** [axes], what is observed of each: a unit, the index of a cell or choice, or NaN where the parameter is not active. */
export type Point = Float64Array;

/** Uniform numbers, each asked for once. */
export type NextUniform = () => number;

interface AxisKernels {
  /** Adds the logarithm of each kernel's factor at a position to `sums` [observations]. */
  add(position: number, sums: Float64Array): void;
  /** Draws a position from one kernel. */
  draw(observation: number, next: NextUniform): number;
  /** Of the even kernel. */
  readonly evenAt: (position: number) => number;
  drawEven(next: NextUniform): number;
}

/** Thousands of kernels that are lower than the highest by this, as a logarithm, do not change the sum's tenth digit. */
const negligible = -32;

export class ParzenEstimator {
  readonly #axes: readonly AxisKernels[];
  readonly #count: number;
  /** [observations + 1], the even kernel last. */
  readonly #logWeights: Float64Array;
  readonly #cumulativeWeights: Float64Array;
  readonly #sums: Float64Array;

  /** @param weights [observations], what each counts; the even kernel counts 1 */
  constructor(
    axes: readonly Axis[],
    points: readonly Point[],
    { weights, bandwidth }: { readonly weights: Float64Array; readonly bandwidth: Bandwidth },
  ) {
    this.#count = points.length;
    this.#axes = axes.map((axis, index) => {
      const column = columnOf(points, index);
      return kernelsOf(axis, column, bandwidth(axis, column));
    });
    const total = weights.reduce((sum, weight) => sum + weight, 1);
    this.#logWeights = new Float64Array(points.length + 1);
    this.#cumulativeWeights = new Float64Array(points.length + 1);
    let sum = 0;
    for (let kernel = 0; kernel <= points.length; kernel++) {
      const weight = (weights[kernel] ?? 1) / total;
      this.#logWeights[kernel] = Math.log(weight);
      this.#cumulativeWeights[kernel] = sum += weight;
    }
    this.#sums = new Float64Array(points.length);
  }

  /** The logarithm of the density at a point, over its active parameters. */
  logDensity(point: Point): number {
    const sums = this.#sums;
    for (let kernel = 0; kernel < this.#count; kernel++) sums[kernel] = this.#logWeights[kernel]!;
    let even = this.#logWeights[this.#count]!;
    for (let index = 0; index < this.#axes.length; index++) {
      const position = point[index]!;
      if (Number.isNaN(position)) continue;
      const axis = this.#axes[index]!;
      axis.add(position, sums);
      even += axis.evenAt(position);
    }
    let largest = even;
    for (let kernel = 0; kernel < sums.length; kernel++) {
      if (sums[kernel]! > largest) largest = sums[kernel]!;
    }
    let total = Math.exp(even - largest);
    for (let kernel = 0; kernel < sums.length; kernel++) {
      const below = sums[kernel]! - largest;
      if (below > negligible) total += Math.exp(below);
    }
    return largest + Math.log(total);
  }

  /** A kernel by its weight; its number of observations stands for the even one. */
  drawKernel(next: NextUniform): number {
    const u = next();
    const kernel = this.#cumulativeWeights.findIndex((end) => u < end);
    return kernel < 0 ? this.#count : kernel;
  }

  /** A position of one parameter, from the given kernel. */
  draw(kernel: number, index: number, next: NextUniform): number {
    const axis = this.#axes[index]!;
    return kernel === this.#count ? axis.drawEven(next) : axis.draw(kernel, next);
  }
}

function columnOf(points: readonly Point[], index: number): Float64Array {
  const column = new Float64Array(points.length);
  for (let row = 0; row < column.length; row++) column[row] = points[row]![index]!;
  return column;
}

function kernelsOf(axis: Axis, positions: Float64Array, width: number): AxisKernels {
  switch (axis.kind) {
    case "interval":
      return intervalKernels(positions, width);
    case "cells":
      return tableKernels(positions, cellMasses(axis, width), widthsOf(axis.edges));
    case "choices":
      return tableKernels(positions, choiceMasses(axis.probabilities, positions.length), axis.probabilities);
    default:
      return axis satisfies never;
  }
}

/**
 * Places at which the logarithm of a kernel's height is tabulated where there are more kernels than places: it is smooth.
 */
const heightSteps = 128;

/** The logarithm of the height of a normal kernel around a centre, cut off at the ends of [0, 1]. */
function heightAt(centre: number, width: number): number {
  const inside = normalCumulative((1 - centre) / width) + normalCumulative(centre / width) - 1;
  return -Math.log(width * Math.sqrt(2 * Math.PI) * inside);
}

/** Tables by width, which many parameters and many proposals share; the last few are kept. */
const heightTables = new Map<number, Float64Array>();
const mostTables = 16;

function heightTable(width: number): Float64Array {
  let table = heightTables.get(width);
  if (table === undefined) {
    table = Float64Array.from({ length: heightSteps + 2 }, (_, step) => heightAt(step / heightSteps, width));
    if (heightTables.size >= mostTables) heightTables.clear();
    heightTables.set(width, table);
  }
  return table;
}

function logHeights(centres: Float64Array, width: number): Float64Array {
  if (centres.length <= heightSteps) return centres.map((centre) => heightAt(centre, width));
  const table = heightTable(width);
  return centres.map((centre) => {
    const place = centre * heightSteps;
    const step = Math.floor(place);
    return table[step]! + (place - step) * (table[step + 1]! - table[step]!);
  });
}

function intervalKernels(positions: Float64Array, width: number): AxisKernels {
  const centres = positions.map((centre) => (Number.isNaN(centre) ? 0 : centre));
  const logFactors = logHeights(centres, width);
  // An infinitely wide kernel of height 1 where the parameter is not active: it is even there.
  const scales = positions.map((centre, kernel) => {
    if (!Number.isNaN(centre)) return 1 / width;
    logFactors[kernel] = 0;
    return 0;
  });
  return {
    add(position, sums) {
      for (let kernel = 0; kernel < sums.length; kernel++) {
        const distance = (position - centres[kernel]!) * scales[kernel]!;
        sums[kernel]! += logFactors[kernel]! - 0.5 * distance * distance;
      }
    },
    draw(observation, next) {
      const centre = positions[observation]!;
      if (Number.isNaN(centre)) return next();
      while (true) {
        const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
        const position = centre + width * normal;
        if (position >= 0 && position <= 1) return position;
      }
    },
    evenAt: () => 0,
    drawEven: (next) => next(),
  };
}

/** Kernels over a few places, each given as the masses [observed place][place]. */
function tableKernels(
  positions: Float64Array,
  masses: readonly Float64Array[],
  even: Float64Array,
): AxisKernels {
  const logEven = even.map(Math.log);
  // [place][observed place], the last one standing for where the parameter is not active.
  const columns = Array.from(logEven, (logMass, place) =>
    Float64Array.of(...masses.map((row) => Math.log(row[place]!)), logMass),
  );
  const places = Int32Array.from(positions, (place) => (Number.isNaN(place) ? masses.length : place));
  return {
    add(position, sums) {
      const column = columns[position]!;
      for (let kernel = 0; kernel < sums.length; kernel++) sums[kernel]! += column[places[kernel]!]!;
    },
    draw(observation, next) {
      const observed = positions[observation]!;
      return drawPlace(Number.isNaN(observed) ? even : masses[observed]!, next);
    },
    evenAt: (position) => logEven[position]!,
    drawEven: (next) => drawPlace(even, next),
  };
}

function drawPlace(masses: Float64Array, next: NextUniform): number {
  let rest = next();
  for (let place = 0; place < masses.length; place++) {
    rest -= masses[place]!;
    if (rest < 0) return place;
  }
  return masses.length - 1;
}

function widthsOf(edges: Float64Array): Float64Array {
  return Float64Array.from({ length: edges.length - 1 }, (_, cell) => edges[cell + 1]! - edges[cell]!);
}

/** A normal kernel around each cell's centre, integrated over the cells. */
function cellMasses({ edges }: CellsAxis, width: number): Float64Array[] {
  const cells = edges.length - 1;
  return Array.from({ length: cells }, (_, observed) => {
    const centre = (edges[observed]! + edges[observed + 1]!) / 2;
    const ends = edges.map((edge) => normalCumulative((edge - centre) / width));
    const inside = ends[cells]! - ends[0]!;
    // Never 0: a draw from another kernel may lie there.
    return widthsOf(ends).map((mass) => Math.max(mass / inside, Number.MIN_VALUE));
  });
}

/** Chosen with `bandwidth.ts`: with less, a choice that was unlucky at first is not tried again. */
const spreadOfChoices = 2;

/** The observed choice, and a share of all choices that gets smaller with more observations. */
function choiceMasses(probabilities: Float64Array, observations: number): Float64Array[] {
  const spread = (spreadOfChoices * probabilities.length) / (observations + 1);
  return Array.from(probabilities, (_, observed) =>
    probabilities.map((p, choice) => (Number(choice === observed) + spread * p) / (1 + spread)),
  );
}
