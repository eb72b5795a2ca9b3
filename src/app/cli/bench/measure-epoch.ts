import { RandomStream, toSeed } from "../../../base/index.ts";
import { dataSchema, describeDataset, loadDataset } from "../../../learning/data/index.ts";
import type { BatchSource, Runtime } from "../../../learning/runtime/index.ts";
import { parseBenchModel, prepareModel } from "./bench-model.ts";
import { randomExamples } from "./measure-step.ts";
import { summarizeRounds, timeOnce } from "./time-rounds.ts";

export interface EpochMeasurement {
  readonly samples: number;
  readonly seconds: number;
  readonly batchSize: number;
  readonly model: string;
  /** `fashion-mnist`, or noise of the same size when that is not at hand. */
  readonly data: string;
}

const batchSize = 32;
const rounds = 7;

/** A whole training epoch over 60,000 images held as bytes, at batch 32, shuffle and gather included. */
export async function measureEpoch(
  runtime: Runtime,
  { dataDir }: { dataDir: string | undefined },
): Promise<EpochMeasurement> {
  const model = parseBenchModel("mlp:784-128-64-10");
  const { location } = await describeDataset("fashion-mnist", { dataDir });
  const examples: BatchSource = location.isAtHand
    ? (await loadDataset(dataSchema.parse({ dataset: "fashion-mnist" }), { dataDir })).examples
    : randomExamples(60_000, { inputs: 784, classes: 10 });
  const samples = examples.labels.length;
  const { executor } = prepareModel(model, runtime, { batchSize, examples });
  const order = Int32Array.from({ length: samples }, (_, index) => index);
  const milliseconds: number[] = [];
  for (let epoch = 0; epoch <= rounds; epoch++) {
    const elapsed = timeOnce(() => {
      new RandomStream(toSeed(0), "bench", "epoch", epoch).shuffle(order);
      executor.execute("train", { order, first: 0, end: samples, watchedSlot: -1 });
    });
    // The first one warms up.
    if (epoch > 0) milliseconds.push(elapsed);
  }
  const data = location.isAtHand ? "fashion-mnist" : "random bytes";
  return {
    samples,
    seconds: summarizeRounds(milliseconds).medianMs / 1000,
    batchSize,
    model: model.text,
    data,
  };
}
