export { checkStart, mayDifferFromStart } from "./check-start.ts";
export { inheritWeights } from "./inherit-weights.ts";
export { StartTraining } from "./start-training.ts";
