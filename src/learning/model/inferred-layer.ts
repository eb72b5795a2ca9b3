import type { Shape, WeightDescription } from "./layer.ts";
import type { Layer } from "./layers/index.ts";

export interface InferredLayer {
  readonly layer: Layer;
  /** Names of the layers that it reads; `input` for the examples. */
  readonly inputs: readonly string[];
  readonly inputShapes: readonly Shape[];
  readonly outputShape: Shape;
  readonly weights: readonly WeightDescription[];
}
