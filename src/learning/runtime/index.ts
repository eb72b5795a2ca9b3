export { describeRuntimes, loadRuntime, type RuntimeChoice, type RuntimeReport } from "./load-runtime.ts";
export { mapFile } from "./native/native-runtime.ts";
export type { PeakLoop } from "./peak-loop.ts";
export {
  backendNames,
  mostRates,
  type BackendName,
  type BatchSource,
  type ExecuteOptions,
  type Executor,
  type Runtime,
} from "./runtime.ts";
