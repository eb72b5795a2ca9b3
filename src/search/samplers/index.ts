export { stageLog, type NarrowedParameter, type StageReport } from "./coarse-to-fine/stage-log.ts";
export { gridSize } from "./grid.ts";
export { createSampler, samplerNames, type SamplerInput } from "./registry.ts";
export type { Evaluation, Sampler, SuggestOptions, Suggestion } from "./sampler.ts";
