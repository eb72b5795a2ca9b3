import {
  backendNames,
  loadRuntime,
  type BackendName,
  type Runtime,
} from "../../../learning/runtime/index.ts";
import type { TrialResult } from "../../../search/trial/index.ts";

/**
 * The back end asked for, else the recorded one where this machine has it, so that bits can be compared.
 *
 * @throws BACKEND_UNAVAILABLE
 */
export function runtimeFor(
  recorded: Pick<TrialResult, "environment"> | null,
  asked: BackendName | undefined,
): Promise<Runtime> {
  const backend = asked ?? backendNames.find((name) => name === recorded?.environment["backend"]);
  return loadRuntime(backend === undefined ? {} : { backend });
}
