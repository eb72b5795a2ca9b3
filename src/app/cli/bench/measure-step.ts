import { RandomStream, toSeed } from "../../../base/index.ts";
import type { Runtime } from "../../../learning/runtime/index.ts";
import { prepareModel, sizeOf, stepOperations, type BenchModel } from "./bench-model.ts";
import { PeakMeter } from "./measure-peak.ts";
import { summarizeRounds, timeOnce } from "./time-rounds.ts";

export interface StepMeasurement {
  readonly microsecondsPerStep: number;
  readonly gflops: number;
  readonly peakGflops: number;
  readonly shareOfPeak: number;
  /** Weights, optimiser state and all that lies between them during a step. */
  readonly arenaBytes: number;
  /** How much of it is alive at the worst moment. */
  readonly liveBytes: number;
}

const roundMs = 20;
/** Odd; fewer for models of which a single step takes long. */
const mostRounds = 25;
const fewestRounds = 5;
const longestMs = 10_000;
/** Batches that the rounds go through, so that not all of the data stays in the nearest cache. */
const batches = 8;

/**
 * One optimiser step of Adam on a full batch: gather from shuffled bytes, forward, backward and update. Rounds of it
 * take turns with rounds of the peak.
 */
export function measureStep(
  model: BenchModel,
  runtime: Runtime,
  { batchSize }: { batchSize: number },
): StepMeasurement {
  const count = batches * batchSize;
  const examples = randomExamples(count, { inputs: sizeOf(model.inputShape), classes: model.classes });
  const order = Int32Array.from({ length: count }, (_, index) => index);
  new RandomStream(toSeed(0), "bench", "order").shuffle(order);
  const { executor, model: compiled } = prepareModel(model, runtime, { batchSize, examples });
  let batch = 0;
  const step = () => {
    const first = (batch++ % batches) * batchSize;
    executor.execute("train", { order, first, end: first + batchSize, watchedSlot: -1 });
  };

  const peak = new PeakMeter(runtime);
  step();
  const stepMs = timeOnce(step);
  const stepsPerRound = Math.max(1, Math.round(roundMs / stepMs));
  const fitting = Math.floor(longestMs / (stepsPerRound * stepMs));
  const rounds = Math.min(mostRounds, Math.max(fewestRounds, fitting));
  const milliseconds: number[] = [];
  for (let round = 0; round < rounds; round++) {
    peak.sample();
    const elapsed = timeOnce(() => {
      for (let i = 0; i < stepsPerRound; i++) step();
    });
    milliseconds.push(elapsed / stepsPerRound);
  }
  const { medianMs } = summarizeRounds(milliseconds);
  const gflops = stepOperations(model, batchSize) / medianMs / 1e6;
  return {
    microsecondsPerStep: medianMs * 1000,
    gflops,
    peakGflops: peak.gflops,
    shareOfPeak: gflops / peak.gflops,
    arenaBytes: compiled.plan.arenaFloats * Float32Array.BYTES_PER_ELEMENT,
    liveBytes: compiled.plan.liveFloats * Float32Array.BYTES_PER_ELEMENT,
  };
}

/** Noise of the size of images: a step takes the same time on it. */
export function randomExamples(count: number, { inputs, classes }: { inputs: number; classes: number }) {
  const stream = new RandomStream(toSeed(0), "bench", "examples");
  return {
    features: Uint8Array.from({ length: count * inputs }, (_, index) => stream.uint32(index)),
    labels: Uint8Array.from({ length: count }, (_, index) => index % Math.min(classes, 256)),
  };
}
