import { toSeed, TunesmithError } from "../../../base/index.ts";
import { compileModel, type CompiledModel } from "../../../learning/compiler/index.ts";
import { unitScaling } from "../../../learning/data/index.ts";
import {
  inferShapes,
  inputName,
  layersOf,
  modelSchema,
  type Layer,
  type Shape,
} from "../../../learning/model/index.ts";
import type { BatchSource, Executor, Runtime } from "../../../learning/runtime/index.ts";
import {
  initializeExecutor,
  losses,
  optimizerRule,
  trainingDocumentSchema,
} from "../../../learning/training/index.ts";

/** A model with the examples that it reads. */
export interface BenchModel {
  readonly text: string;
  readonly inputShape: Shape;
  readonly layers: readonly Layer[];
  readonly classes: number;
}

/** Of models that do not say it. */
const usualClasses = 10;

/** @param text `mlp:784-128-64-10`, `28x28x1:32c5-p2-64c5-p2-128-10` or `32x32x3:resnet18` @throws INVALID_USAGE */
export function parseBenchModel(text: string): BenchModel {
  const [, input = "", model = ""] = /^([\dx]+):(.+)$/.exec(text.replace(/^mlp:(\d+)-/, "$1:")) ?? [];
  const inputShape = input.split("x").map(Number);
  const parsed = modelSchema.safeParse(model);
  const isShape = inputShape.length === 1 || inputShape.length === 3;
  if (!isShape || !inputShape.every((size) => size >= 1 && size <= 65_536) || !parsed.success) {
    throw new TunesmithError("INVALID_USAGE", {
      message: `--model: expected INPUT:MODEL with INPUT the features or HEIGHTxWIDTHxCHANNELS of an example, got \`${text}\`.`,
      hint: "For example --model mlp:784-128-64-10, 28x28x1:32c5-p2-64c5-p2-128-10 or 32x32x3:resnet18.",
    });
  }
  const lastNumber = /-(\d+)$/.exec(`-${model}`)?.[1];
  const classes =
    parsed.data.kind === "shape" && lastNumber !== undefined ? Number(lastNumber) : usualClasses;
  return { text, inputShape, layers: layersOf(parsed.data, classes), classes };
}

/**
 * Floating-point operations of one step: three products for each layer with a weight matrix, but no input gradient for
 * those that read the examples.
 */
export function stepOperations({ layers, inputShape }: BenchModel, batchSize: number): number {
  let operations = 0;
  const readsExamples = new Set([inputName]);
  for (const { layer, inputs, outputShape, weights } of inferShapes(layers, inputShape)) {
    const isFirst = inputs.every((name) => readsExamples.has(name));
    const matrix = weights.find(({ role }) => role === "weight");
    if (matrix === undefined) {
      if (isFirst) readsExamples.add(layer.name);
      continue;
    }
    const places = sizeOf(outputShape) / matrix.shape.at(-1)!;
    operations += (isFirst ? 2 : 3) * 2 * batchSize * places * sizeOf(matrix.shape);
  }
  return operations;
}

export const sizeOf = (shape: Shape) => shape.reduce((product, size) => product * size, 1);

export interface PreparedModel {
  readonly model: CompiledModel;
  readonly executor: Executor;
}

/** Compiles the model for Adam and gives it weights, ready to execute `train`. */
export function prepareModel(
  { layers, inputShape, classes }: BenchModel,
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
    layers,
    inputShape,
    source,
    labelling: { task: "classification", outputs: classes },
    loss: losses["cross-entropy"].rule(training, classes),
    optimizer: optimizerRule(training),
    batchSize,
    evaluationBatchSize: batchSize,
  });
  const executor = runtime.createExecutor(model.plan, examples);
  initializeExecutor(model, executor, { seed: toSeed(0), training, scaling: unitScaling(examples.features) });
  return { model, executor };
}
