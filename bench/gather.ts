/**
 * Measures what share of a training step goes into gathering and standardising its batch: 60,000 images of 28x28 in a new
 * order, more than any cache holds, and the step of a multilayer perceptron 784-128-64-10 on 32 of them.
 */
import { RandomStream, toSeed } from "../src/base/index.ts";
import { compileGather } from "../src/learning/compiler/index.ts";
import { dataSchema, splitDataset, type TrainingSplits } from "../src/learning/data/index.ts";
import { loadRuntime, type Executor, type Runtime } from "../src/learning/runtime/index.ts";
import { initializeExecutor, trainingDocumentSchema } from "../src/learning/training/index.ts";
import { compileDocument } from "../src/learning/training/compile-document.ts";
import { initializeInputs } from "../src/learning/training/initialize-executor.ts";

const images = 60_000;
const shape = [28, 28, 1];
const batchSize = 32;
const rounds = 9;
const seed = toSeed(0);

const document = trainingDocumentSchema.parse({
  data: { dataset: "digits" },
  model: { kind: "mlp", hidden: [128, 64] },
  training: { optimizer: "adam", learningRate: 1e-3, batchSize },
});

function splitsScaled(per: "all" | "feature"): TrainingSplits {
  const size = 28 * 28;
  const bytes = new RandomStream(seed, "bench", "images");
  const features = new Uint8Array(images * size);
  const words = new Uint32Array(features.buffer);
  for (let index = 0; index < words.length; index++) words[index] = bytes.uint32(index);
  const classes = Array.from({ length: 10 }, (_, label) => `class ${label}`);
  const examples = {
    count: images,
    shape,
    features,
    labels: Uint8Array.from({ length: images }, (_, index) => index % 10),
  };
  const dataset = { name: "noise", task: { kind: "classification", classes } as const, shape, examples };
  const preprocessing = { scaling: "standardize", per };
  return splitDataset(dataset, dataSchema.parse({ dataset: "digits", validation: 1, preprocessing }));
}

/** Microseconds of a batch: the medians of rounds that take turns, so that both meet the same weather. */
function timeInTurns(executors: readonly Executor[], indices: Int32Array): number[] {
  const order = indices.slice();
  const times = executors.map((): number[] => []);
  for (let round = 0; round <= rounds; round++) {
    new RandomStream(seed, "bench", "order", round).shuffle(order);
    for (const [turn, executor] of executors.entries()) {
      const start = performance.now();
      executor.execute("train", { order, first: 0, end: order.length, watchedSlot: -1 });
      // The first round warms up.
      if (round > 0) times[turn]!.push((1000 * (performance.now() - start) * batchSize) / order.length);
    }
  }
  return times.map((list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]!);
}

export interface GatherShare {
  readonly gatherMicroseconds: number;
  readonly stepMicroseconds: number;
}

export function measureGatherShare(per: "all" | "feature", runtime: Runtime): GatherShare {
  const splits = splitsScaled(per);
  const scaling = splits.scaling!;
  const kind = per === "all" ? "uniform" : "per-feature";
  const gather = compileGather({ inputShape: shape, source: "bytes", scaling: kind }, batchSize);
  const gathering = runtime.createExecutor(gather.plan, splits.train.examples);
  initializeInputs(gather, gathering, { seed, scaling });
  const model = compileDocument(document, splits);
  const stepping = runtime.createExecutor(model.plan, splits.train.examples);
  initializeExecutor(model, stepping, { seed, training: document.training, scaling });
  const [gatherMicroseconds, stepMicroseconds] = timeInTurns([gathering, stepping], splits.train.indices);
  return { gatherMicroseconds: gatherMicroseconds!, stepMicroseconds: stepMicroseconds! };
}

/** One line for each way to scale. */
export async function printGatherShares(): Promise<void> {
  const runtime = await loadRuntime();
  console.log(
    "\ngathering and standardising 60,000 images of 28x28, of a step of mlp:784-128-64-10, batch 32",
  );
  for (const per of ["all", "feature"] as const) {
    const { gatherMicroseconds, stepMicroseconds } = measureGatherShare(per, runtime);
    const share = ((100 * gatherMicroseconds) / stepMicroseconds).toFixed(1);
    const what = per === "all" ? "one mean and deviation" : "a mean and a deviation image";
    console.log(
      `${what.padEnd(30)} ${gatherMicroseconds.toFixed(2)} of ${stepMicroseconds.toFixed(1)} microseconds: ${share} %`,
    );
  }
}
