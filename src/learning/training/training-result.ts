/** What a training leaves: a hash that stands for all of it, and how it came to its end. */
import { canonicalJson, hashBytes } from "../../base/index.ts";
import type { TrainingSplits } from "../data/index.ts";
import { unpack, type Plan } from "../plan/index.ts";
import type { Executor, Runtime } from "../runtime/index.ts";
import type { BestWeights } from "./best-weights.ts";
import { isReproducible, type EarlyStop, type EpochRecord } from "./epoch-record.ts";
import { contentOf } from "./named-tensors.ts";

export interface TrainingResult {
  /** SHA-256 over every reproducible metric of every epoch and the final weights. */
  readonly resultHash: string;
  /** What computed it: equal documents give equal hashes where all three are equal. */
  readonly environment: Pick<Runtime, "backend" | "instructionSet" | "build">;
  /** The last one, counted from the very beginning. */
  readonly epochs: number;
  /** How many each split holds: what an accuracy is a proportion of. */
  readonly examples: { readonly train: number; readonly validation: number };
  /** The best epoch by `training.stopping.metric`; its weights are the final ones with `training.restoreBest`. */
  readonly bestEpoch?: number;
  /** Why the training ended before all its epochs were done, and with which. */
  readonly stoppedEarly?: EarlyStop & { readonly epoch: number };
}

export interface FinishedTraining {
  readonly history: readonly EpochRecord[];
  /** The last one, counted from the very beginning. */
  readonly epochs: number;
  readonly plan: Plan;
  readonly weights: Executor | BestWeights;
  readonly runtime: Runtime;
  readonly splits: Pick<TrainingSplits, "train" | "validation">;
}

export function resultOf(training: FinishedTraining): TrainingResult {
  const { history, epochs, plan, weights, runtime, splits } = training;
  const { backend, instructionSet, build } = runtime;
  const last = history.at(-1);
  const bestEpoch = last?.bestEpoch;
  const stop = last?.stoppedEarly;
  return {
    resultHash: hashBytes(canonicalJson(history.map(reproducible)), ...finalWeights(plan, weights)),
    environment: { backend, instructionSet, build },
    epochs,
    examples: { train: splits.train.indices.length, validation: splits.validation.indices.length },
    ...(bestEpoch === undefined ? {} : { bestEpoch }),
    ...(stop === undefined ? {} : { stoppedEarly: { ...stop, epoch: epochs } }),
  };
}

/** Numbers as text, since JSON has no infinities. */
function reproducible({ epoch, metrics, divergedAt }: EpochRecord) {
  return {
    epoch,
    ...(divergedAt === undefined ? {} : { divergedAt: { ...divergedAt } }),
    metrics: Object.entries(metrics)
      .filter(([name]) => isReproducible(name))
      .map(([name, value]) => [name, String(value)]),
  };
}

function finalWeights({ buffers }: Plan, weights: Executor | BestWeights): Uint8Array[] {
  return buffers
    .filter(({ region }) => region === "weights")
    .map((buffer) => unpack(contentOf(buffer, weights), buffer))
    .map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength));
}
