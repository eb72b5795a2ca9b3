export { layersOf, modelSchema, type ModelDescription } from "./model.ts";
export { activationNames, type ActivationName } from "./activation.ts";
export type { DenseLayer, ActivationLayer, Layer } from "./layer.ts";
