export { gridSize } from "./grid.ts";
export { createSampler, samplerNames } from "./registry.ts";
export type { Sampler, SuggestOptions } from "./sampler.ts";
