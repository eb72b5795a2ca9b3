export {
  compileModel,
  type CompiledModel,
  type CompiledWeight,
  type CompileOptions,
  type OptimizerRule,
} from "./compile.ts";
export { passes } from "./passes/index.ts";
