export { activationNames, type ActivationName } from "./activation.ts";
export { inferShapes, type InferredLayer } from "./infer-shapes.ts";
export { initialWeights } from "./initial-weights.ts";
export type { ActivationLayer, DenseLayer, FlattenLayer, Layer, Shape, WeightDescription } from "./layer.ts";
export { layersOf, modelSchema, type ModelDescription } from "./model.ts";
