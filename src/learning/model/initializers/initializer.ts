import type { RandomStream } from "../../../base/index.ts";
import type { WeightDescription } from "../layer.ts";

/** What an initializer is asked for. */
export interface InitializerRequest {
  readonly weight: WeightDescription;
  /** A function of the seed and the weight's name. */
  readonly stream: RandomStream;
  /** By how much the activation behind the layer wants values enlarged, as PyTorch's `calculate_gain`. */
  readonly gain: number;
}

/** How a layer's weights begin. */
export interface Initializer {
  /** @returns value number `index` of the weight in row-major order, before it is scaled */
  readonly values: (request: InitializerRequest) => (index: number) => number;
  /** Biases are 0 where this is not true. */
  readonly initializesBiases?: boolean;
}

/** Uniform to either side of 0. */
export const uniform =
  (bound: (request: InitializerRequest) => number): Initializer["values"] =>
  (request) => {
    const most = bound(request);
    return (index) => (2 * request.stream.uniform(index) - 1) * most;
  };

export const normal =
  (deviation: (request: InitializerRequest) => number): Initializer["values"] =>
  (request) => {
    const scale = deviation(request);
    return (index) => request.stream.normal(index) * scale;
  };
