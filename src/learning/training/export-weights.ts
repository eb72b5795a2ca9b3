import { hashBytes, TunesmithError } from "../../base/index.ts";
import { exportScaling } from "./export-scaling.ts";
import { decodeTensors, encodeTensors, type Tensor } from "./safetensors.ts";
import type { TrainingRun } from "./training-run.ts";

/**
 * A run's weights and running statistics as a safetensors file, under the names and in the layouts of PyTorch: those of
 * the best epoch with `training.restoreBest`, else the last ones. `safetensors.torch.load_file` reads it. With them is how
 * inputs are scaled, see `export-scaling.ts`, and of a table what its columns became.
 */
export function exportWeights(run: TrainingRun): Uint8Array<ArrayBuffer> {
  const { resultHash } = run.finish();
  const { table } = run.inputs;
  const preprocessing = exportScaling(run.inputs);
  const tensors = { ...run.weights(), ...preprocessing.tensors };
  return encodeTensors({
    tensors,
    metadata: {
      // `pt` is what libraries of PyTorch ask for.
      format: "pt",
      producer: "tunesmith",
      resultHash,
      weights: hashTensors(tensors),
      preprocessing: JSON.stringify(preprocessing.metadata),
      ...(table === undefined ? {} : { table: JSON.stringify(table) }),
    },
  });
}

/** The result that the weights of a file belong to; undefined when it is no such file or a damaged one. */
export function weightsResultHash(file: Uint8Array): string | undefined {
  try {
    const { tensors, metadata } = decodeTensors(file);
    return metadata["weights"] === hashTensors(tensors) ? metadata["resultHash"] : undefined;
  } catch (error) {
    if (error instanceof TunesmithError && error.code === "INVALID_CHECKPOINT") return undefined;
    throw error;
  }
}

function hashTensors(tensors: Readonly<Record<string, Tensor>>): string {
  return hashBytes(
    ...Object.entries(tensors).flatMap(([name, { values }]) => [
      name,
      new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    ]),
  );
}
