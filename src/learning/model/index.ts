export { activationNames, type ActivationName } from "./activation.ts";
export { inferShapes } from "./infer-shapes.ts";
export type { InferredLayer } from "./inferred-layer.ts";
export { initialWeights } from "./initial-weights.ts";
export {
  inputName,
  isTrained,
  shapeMismatch,
  type Shape,
  type TorchLayout,
  type WeightDescription,
} from "./layer.ts";
export type { Layer, LayerOf, LayerType } from "./layers/index.ts";
export { modelSize, type ModelSize } from "./model-size.ts";
export { poolWindows, type AverageBins, type PoolWindows } from "./layers/pool.ts";
export { layersOf, modelSchema, type ModelDescription } from "./presets/index.ts";
export { convolutionGeometry } from "./layers/convolution.ts";
export type { WindowGeometry } from "./window.ts";
