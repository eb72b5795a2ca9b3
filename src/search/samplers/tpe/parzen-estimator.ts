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

export class ParzenEstimator {
  readonly #axes: readonly AxisKernels[];
  readonly #count: number;
  /** [observations + 1], the even kernel last. */
  readonly #logWeights: Float64Array;
  readonly #cumulativeWeights: Float64Array;
  readonly #sums: Float64Array;

  /** @param weights [observations], what each counts; the even kernel counts 1 */
  constructor(axes: readonly Axis[], points: readonly Point[], weights: Float64Array) {
    this.#count = points.length;
    const width = bandwidth(points.length);
    this.#axes = axes.map((axis, index) => kernelsOf(axis, columnOf(points, index), width));
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
    let even = this.#logWeights[this.#count]!;
    for (let kernel = 0; kernel < this.#count; kernel++) sums[kernel] = this.#logWeights[kernel]!;
    for (const [index, axis] of this.#axes.entries()) {
      const position = point[index]!;
      if (Number.isNaN(position)) continue;
      axis.add(position, sums);
      even += axis.evenAt(position);
    }
    let largest = even;
    for (const sum of sums) if (sum > largest) largest = sum;
    let total = Math.exp(even - largest);
    for (const sum of sums) total += Math.exp(sum - largest);
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

/**
 * Kernels get narrower with more observations, faster than Scott's rule has it: good trials gather, and sharp kernels around
 * bad ones keep the search from asking the same again. Chosen on Branin, Hartmann's sixth and a mixed conditional space.
 */
function bandwidth(observations: number): number {
  return Math.max(0.5 * (observations + 2) ** -0.75, 0.01);
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

/** Places at which the logarithm of a kernel's height is tabulated: it is smooth, and there may be thousands of kernels. */
const heightSteps = 128;

/** Normal kernels cut off at the ends of [0, 1]. */
function intervalKernels(positions: Float64Array, width: number): AxisKernels {
  const heights = Float64Array.from({ length: heightSteps + 2 }, (_, step) => {
    const centre = step / heightSteps;
    const inside = normalCumulative((1 - centre) / width) - normalCumulative(-centre / width);
    return -Math.log(width * Math.sqrt(2 * Math.PI) * inside);
  });
  const logFactors = new Float64Array(positions.length);
  for (let kernel = 0; kernel < positions.length; kernel++) {
    const place = positions[kernel]! * heightSteps;
    const step = Math.floor(place);
    const height = heights[step]!;
    logFactors[kernel] = height + (place - step) * (heights[step + 1]! - height);
  }
  const scale = 1 / width;
  return {
    add(position, sums) {
      for (let kernel = 0; kernel < sums.length; kernel++) {
        const distance = (position - positions[kernel]!) * scale;
        const added = logFactors[kernel]! - 0.5 * distance * distance;
        // Not a number where the parameter is not active: the kernel is even there, with the density 1.
        if (added === added) sums[kernel]! += added;
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
  const logMasses = masses.map((row) => row.map(Math.log));
  const logEven = even.map(Math.log);
  return {
    add(position, sums) {
      const column = Float64Array.from(logMasses, (row) => row[position]!);
      for (let kernel = 0; kernel < sums.length; kernel++) {
        const observed = positions[kernel]!;
        sums[kernel]! += observed === observed ? column[observed]! : logEven[position]!;
      }
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

/** The observed choice, and a share of all choices that gets smaller with more observations. */
function choiceMasses(probabilities: Float64Array, observations: number): Float64Array[] {
  const spread = probabilities.length / (observations + 1);
  return Array.from(probabilities, (_, observed) =>
    probabilities.map((p, choice) => (Number(choice === observed) + spread * p) / (1 + spread)),
  );
}
