/**
 * A density of good configurations and one of bad ones, and the configuration whose ratio of the two is largest among some
 * that are drawn from the good density.
 */
import {
  brokenConstraints,
  chooseConfiguration,
  configurationKey,
  type Configuration,
  type SearchSpace,
} from "../../space/index.ts";
import { axisOf, positionOf, valueAt, type Axis } from "./axis.ts";
import { badBandwidth, goodBandwidth, type Bandwidth } from "./bandwidth.ts";
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

export class ParzenModel {
  readonly space: SearchSpace;
  readonly #axes: readonly Axis[];
  readonly #indices: ReadonlyMap<string, number>;

  constructor(space: SearchSpace) {
    this.space = space;
    this.#axes = space.parameters.map(({ distribution }) => axisOf(distribution));
    this.#indices = new Map(space.parameters.map(({ name }, index) => [name, index]));
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
    const densities = { good: this.#estimator(good, goodBandwidth), bad: this.#estimator(bad, badBandwidth) };
    const drawn = Array.from({ length: candidates }, () => {
      const point = this.#draw(densities.good, next);
      return { point, score: densities.good.logDensity(point) - densities.bad.logDensity(point) };
    });
    drawn.sort((a, b) => b.score - a.score);
    for (const { point, score } of drawn) {
      const configuration = this.#configurationAt(point);
      if (brokenConstraints(this.space, configuration).length > 0) continue;
      if (!isTried(configurationKey(configuration))) return { configuration, score };
    }
    return null;
  }

  #estimator(points: readonly WeightedPoint[], bandwidth: Bandwidth): ParzenEstimator {
    return new ParzenEstimator(
      this.#axes,
      points.map(({ point }) => point),
      { weights: Float64Array.from(points, ({ weight }) => weight), bandwidth },
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
}
