export { gridSize } from "./grid.ts";
export { createSampler, samplerNames, type SamplerInput } from "./registry.ts";
export type { Evaluation, Sampler, SuggestOptions, Suggestion } from "./sampler.ts";
