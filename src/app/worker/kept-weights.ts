import { weightsResultHash } from "../../learning/training/index.ts";
import type { TrialResult } from "../../search/trial/index.ts";
import type { TrialFiles } from "./trial-files.ts";

/** The weights that were kept of a trial, as a safetensors file; undefined when they are not there or another result's. */
export async function readKeptWeights(
  weights: TrialFiles,
  { trial, expected }: { readonly trial: number; readonly expected: TrialResult },
): Promise<Uint8Array | undefined> {
  const bytes = await weights.read(trial);
  if (bytes === undefined || weightsResultHash(bytes) !== expected.resultHash) return undefined;
  return bytes;
}
