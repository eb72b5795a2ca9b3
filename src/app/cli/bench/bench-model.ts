import { toSeed, TunesmithError } from "../../../base/index.ts";
import { compileModel, type CompiledModel } from "../../../learning/compiler/index.ts";
import { layersOf } from "../../../learning/model/index.ts";
import type { BatchSource, Executor, Runtime } from "../../../learning/runtime/index.ts";
import {
  initializeExecutor,
  optimizerRule,
  trainingDocumentSchema,
} from "../../../learning/training/index.ts";

/** Widths from the input to the classes. */
export interface BenchModel {
  readonly text: string;
  readonly widths: readonly number[];
}

/** @param text `mlp:784-128-64-10` @throws INVALID_USAGE */
export function parseBenchModel(text: string): BenchModel {
  const widths = /^mlp:(\d+(?:-\d+)+)$/.exec(text)?.[1]?.split("-").map(Number);
  if (widths === undefined || widths.some((width) => width < 1 || width > 65_536)) {
    throw new TunesmithError("INVALID_USAGE", {
      message: `--model: expected mlp:INPUTS-...-CLASSES with widths from 1 to 65536, got \`${text}\`.`,
      hint: "For example --model mlp:784-128-64-10.",
    });
  }
  return { text, widths };
}

/** Floating-point operations of one step: three products a layer, but no input gradient for the first. */
export function stepOperations({ widths }: BenchModel, batchSize: number): number {
  return widths.slice(1).reduce((sum, width, layer) => {
    const products = layer === 0 ? 2 : 3;
    return sum + products * 2 * batchSize * widths[layer]! * width;
  }, 0);
}

export interface PreparedModel {
  readonly model: CompiledModel;
  readonly executor: Executor;
}

/** Compiles the model for Adam and gives it weights, ready to execute `train`. */
export function prepareModel(
  { widths }: BenchModel,
  runtime: Runtime,
  { batchSize, examples }: { batchSize: number; examples: BatchSource },
): PreparedModel {
  const { training } = trainingDocumentSchema.parse({
    data: { dataset: "digits" },
    model: { kind: "mlp" },
    training: { optimizer: "adam", learningRate: 1e-3, batchSize },
  });
  const source = "bytes";
  const model = compileModel({
    layers: layersOf({ kind: "mlp", hidden: widths.slice(1, -1), activation: "relu" }, widths.at(-1)!),
    inputShape: [widths[0]!],
    source,
    optimizer: optimizerRule(training),
    batchSize,
    evaluationBatchSize: batchSize,
  });
  const executor = runtime.createExecutor(model.plan, examples);
  initializeExecutor(model, executor, { seed: toSeed(0), training, source });
  return { model, executor };
}
