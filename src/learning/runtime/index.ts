export { describeRuntimes, loadRuntime, type RuntimeChoice, type RuntimeReport } from "./load-runtime.ts";
export {
  backendNames,
  type BackendName,
  type BatchSource,
  type ExecuteOptions,
  type Executor,
  type PeakLoop,
  type Runtime,
} from "./runtime.ts";
