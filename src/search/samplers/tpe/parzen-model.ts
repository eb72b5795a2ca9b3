/**
 * A density of good configurations and one of bad ones, and the configuration whose ratio of the two is largest among some
 * that are drawn from the good density; the best of them is then improved one parameter at a time.
 */
import {
  brokenConstraints,
  chooseConfiguration,
  configurationKey,
  type Configuration,
  type SearchSpace,
} from "../../space/index.ts";
import { axisOf, positionOf, valueAt, type Axis } from "./axis.ts";
import { ParzenEstimator, type NextUniform, type Point } from "./parzen-estimator.ts";

/** A configuration that was tried, and how much it counts. */
export interface WeightedPoint {
  readonly point: Point;
  readonly weight: number;
}

export interface ProposeOptions {
  readonly good: readonly WeightedPoint[];
  readonly bad: readonly WeightedPoint[];
  /** How many configurations are compared. */
  readonly candidates: number;
  readonly next: NextUniform;
  /** True for a configuration that is not to be proposed again. */
  readonly isTried: (key: string) => boolean;
}

export interface Proposal {
  readonly configuration: Configuration;
  /** The logarithm of the good density over the bad one. */
  readonly score: number;
}

interface Candidate {
  readonly point: Point;
  readonly score: number;
}

export class ParzenModel {
  readonly space: SearchSpace;
  readonly #axes: readonly Axis[];
  readonly #indices: ReadonlyMap<string, number>;
  /** Parameters that no condition reads, so that changing them changes nothing else. */
  readonly #free: readonly number[];

  constructor(space: SearchSpace) {
    this.space = space;
    this.#axes = space.parameters.map(({ distribution }) => axisOf(distribution));
    this.#indices = new Map(space.parameters.map(({ name }, index) => [name, index]));
    const read = new Set(space.parameters.flatMap(({ when = {} }) => Object.keys(when)));
    this.#free = space.parameters.flatMap(({ name, distribution }, index) =>
      read.has(name) || distribution.kind === "constant" ? [] : [index],
    );
  }

  pointOf(configuration: Configuration): Point {
    const { parameters } = this.space;
    const point = new Float64Array(parameters.length);
    for (let index = 0; index < parameters.length; index++) {
      const { name, distribution } = parameters[index]!;
      point[index] = Object.hasOwn(configuration, name)
        ? positionOf(this.#axes[index]!, distribution, configuration[name]!)
        : Number.NaN;
    }
    return point;
  }

  /** Null when every candidate was tried before or breaks a constraint. */
  propose({ good, bad, candidates, next, isTried }: ProposeOptions): Proposal | null {
    const densities = { good: this.#estimator(good), bad: this.#estimator(bad) };
    const drawn = Array.from({ length: candidates }, (): Candidate => {
      const point = this.#draw(densities.good, next);
      return { point, score: densities.good.logDensity(point) - densities.bad.logDensity(point) };
    });
    drawn.sort((a, b) => b.score - a.score);
    const allowed = ({ point, score }: Candidate): Proposal | null => {
      const configuration = this.#configurationAt(point);
      if (brokenConstraints(this.space, configuration).length > 0) return null;
      return isTried(configurationKey(configuration)) ? null : { configuration, score };
    };
    for (const candidate of drawn) {
      const proposal = allowed(candidate);
      if (proposal === null) continue;
      return allowed(this.#improve(candidate, densities)) ?? proposal;
    }
    return null;
  }

  #estimator(points: readonly WeightedPoint[]): ParzenEstimator {
    return new ParzenEstimator(
      this.#axes,
      points.map(({ point }) => point),
      Float64Array.from(points, ({ weight }) => weight),
    );
  }

  #draw(good: ParzenEstimator, next: NextUniform): Point {
    const kernel = good.drawKernel(next);
    const point = new Float64Array(this.#axes.length).fill(Number.NaN);
    chooseConfiguration(this.space, ({ name, distribution }) => {
      const index = this.#indices.get(name)!;
      const position = good.draw(kernel, index, next);
      point[index] = position;
      return valueAt(this.#axes[index]!, distribution, position);
    });
    return point;
  }

  #configurationAt(point: Point): Configuration {
    return chooseConfiguration(this.space, ({ name, distribution }) => {
      const index = this.#indices.get(name)!;
      return valueAt(this.#axes[index]!, distribution, point[index]!);
    });
  }

  /** One sweep: each free parameter in turn goes to where the ratio is largest, the others staying. */
  #improve(
    from: Candidate,
    { good, bad }: { readonly good: ParzenEstimator; readonly bad: ParzenEstimator },
  ): Candidate {
    const point = from.point.slice();
    let { score } = from;
    for (const index of this.#free) {
      if (Number.isNaN(point[index]!)) continue;
      const positions = alternatives(this.#axes[index]!, point[index]!, good.width);
      const under = bad.logDensityAlong(point, index, positions);
      for (const [which, density] of good.logDensityAlong(point, index, positions).entries()) {
        if (density - under[which]! <= score) continue;
        score = density - under[which]!;
        point[index] = positions[which]!;
      }
    }
    return { point, score };
  }
}

const stepsOfWidth = [-1, -0.5, -0.25, 0.25, 0.5, 1];

function alternatives(axis: Axis, position: number, width: number): readonly number[] {
  if (axis.kind === "interval") {
    return stepsOfWidth.map((step) => Math.min(1, Math.max(0, position + step * width)));
  }
  return axis.values.map((_, place) => place);
}
