export {
  compileModel,
  type CompiledModel,
  type CompiledWeight,
  type CompileOptions,
  type OptimizerRule,
} from "./compile.ts";
export { compileGather, type CompiledGather } from "./compile-gather.ts";
export type { Labelling, LossRule } from "./loss-rule.ts";
export { histogramSwitch, type MeasuredActivation, type MeasureOptions, updateRatioSlot } from "./measure.ts";
export { passes } from "./passes/index.ts";
