/**
 * The learning-rate range test: a short training whose rate grows from step to step. Rates at which the loss falls fast
 * are good ones; those at which it jumps are too large.
 *
 * @see Smith 2017, "Cyclical Learning Rates for Training Neural Networks", section 3.3
 */
import { setImmediate } from "node:timers/promises";

import { TunesmithError, type Seed } from "../../base/index.ts";
import type { TrainingSplits } from "../data/index.ts";
import type { Runtime } from "../runtime/index.ts";
import { checkSplits } from "./check-splits.ts";
import { batchSourceOf, compileDocument, scalingOf } from "./compile-document.ts";
import type { TrainingDocument } from "./document.ts";
import { initializeExecutor } from "./initialize-executor.ts";
import { checkSampling, trainingOrder } from "./training-order.ts";
import { steepestPoint, valleyPoint } from "./suggest-learning-rate.ts";

export interface FindLearningRateOptions {
  /** Its learning rate and schedule are not used. */
  readonly document: TrainingDocument;
  readonly splits: TrainingSplits;
  readonly runtime: Runtime;
  /** First rate; defaults to 1e-7. */
  readonly from?: number | undefined;
  /** Last rate; defaults to 10. */
  readonly to?: number | undefined;
  /** At least 20; defaults to 100. */
  readonly steps?: number | undefined;
  /** Rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface LearningRatePoint {
  readonly rate: number;
  /** Of the step's batch, before the step. */
  readonly loss: number;
  /** Exponential mean of the losses so far. */
  readonly smoothed: number;
}

export interface LearningRateSearch {
  /** One for each step, up to the one with which the loss diverged. */
  readonly points: readonly LearningRatePoint[];
  /** A rate in the middle of the longest fall of the loss; null when it does not fall. */
  readonly suggestion: number | null;
  /** The rate at which the loss falls fastest; null when it does not fall. */
  readonly steepest: number | null;
  /** The rate with which the loss grew out of bounds; null when the test came to its end. */
  readonly divergedAt: number | null;
}

/** Share of the mean so far in each new mean; the first means are corrected for their start at 0. */
const smoothing = 0.98;
/** The test ends when the smoothed loss is so many times its smallest: as fastai's. */
const divergenceFactor = 4;

/** @throws INVALID_USAGE for rates or steps out of order; SHAPE_MISMATCH, INVALID_DOCUMENT, INVALID_DATA */
export async function findLearningRate(options: FindLearningRateOptions): Promise<LearningRateSearch> {
  const { document, splits, runtime, from = 1e-7, to = 10, steps = 100, signal } = options;
  checkRange({ from, to, steps });
  checkSplits(splits, document.training);
  checkSampling(document, splits);
  const model = compileDocument(document, splits);
  const executor = runtime.createExecutor(model.plan, batchSourceOf(document.data, splits));
  const { training } = document;
  const scaling = scalingOf(splits);
  initializeExecutor(model, executor, { seed: document.seed as Seed, training, scaling });
  const { batchSize } = model.plan.phases.train;
  const lossSlot = model.slots.loss!;
  const weightSlot = model.slots.lossWeight!;
  const rateSlot = model.slots["optimizer/learningRate"]!;

  const points: LearningRatePoint[] = [];
  let divergedAt: number | null = null;
  let [mean, least] = [0, Number.POSITIVE_INFINITY];
  let order: Int32Array = new Int32Array(0);
  let [epoch, first] = [0, 0];
  for (let step = 0; step < steps && divergedAt === null; step++) {
    await setImmediate();
    signal?.throwIfAborted();
    if (first >= order.length) {
      order = trainingOrder(document, splits, ++epoch);
      executor.slots[model.slots.epoch!] = epoch;
      first = 0;
    }
    const end = Math.min(order.length, first + batchSize);
    const rate = from * (to / from) ** (step / (steps - 1));
    const rates = { slot: rateSlot, values: Float64Array.of(rate) };
    executor.slots[lossSlot] = 0;
    executor.slots[weightSlot] = 0;
    executor.execute("train", { order, first, end, watchedSlot: lossSlot, rates });
    const loss = executor.slots[lossSlot] / executor.slots[weightSlot];
    first = end;
    mean = smoothing * mean + (1 - smoothing) * loss;
    const smoothed = mean / (1 - smoothing ** (step + 1));
    if (!Number.isFinite(loss) || smoothed > divergenceFactor * least) divergedAt = rate;
    least = Math.min(least, smoothed);
    if (Number.isFinite(loss)) points.push({ rate, loss, smoothed });
  }
  return {
    points,
    suggestion: valleyPoint(points)?.rate ?? null,
    steepest: steepestPoint(points)?.rate ?? null,
    divergedAt,
  };
}

function checkRange({ from, to, steps }: { from: number; to: number; steps: number }): void {
  const fail = (rule: string, hint: string) => {
    throw new TunesmithError("INVALID_USAGE", { message: `learning-rate search: ${rule}.`, hint });
  };
  if (!(from > 0 && to > from && Number.isFinite(to))) {
    fail(
      `rates must go from one above 0 to a larger one, got ${from} to ${to}`,
      "For example from 1e-7 to 10.",
    );
  }
  if (!(Number.isInteger(steps) && steps >= 20)) {
    fail(`\`steps\` must be a whole number of at least 20, got ${steps}`, "100 steps are usual.");
  }
}
