import { gridSize } from "../../search/samplers/index.ts";
import type { SearchSpace } from "../../search/space/index.ts";
import { studyFileError, type Locate } from "./problems.ts";
import type { SearchFile } from "./search-schema.ts";
import type { SearchSettings } from "./search-settings.ts";

/** Most methods have no natural end; twenty configurations show whether a space is worth more. */
const usualConfigurations = 20;

interface TrialCountContext {
  readonly space: SearchSpace;
  readonly settings: SearchSettings;
  readonly locate: Locate;
}

export function numberOfTrials(
  { maxTrials, run_cap: runCap }: SearchFile,
  { space, settings, locate }: TrialCountContext,
): number {
  if (maxTrials !== undefined && runCap !== undefined) {
    const message = "is another name of `maxTrials`; give one of them, got both.";
    throw studyFileError([{ path: ["search", "run_cap"], target: "key", message }], locate);
  }
  const cap = maxTrials ?? runCap;
  const { sampler, replicates } = settings;
  const trialsEach = replicates?.count ?? 1;
  if (sampler.name !== "grid") return cap ?? usualConfigurations * trialsEach;
  const size = gridSize(space) * trialsEach;
  return Math.min(cap ?? size, size);
}
