/**
 * One claimed trial, from its document to its end in the store. Where learning meets search.
 *
 * The order of writes makes every crash harmless: observations before the checkpoint that follows them, the checkpoint
 * before the trial is handed back, the end of the trial before its checkpoint is removed. Whatever is lost between two
 * of them is trained again to the same bits.
 */
import { setImmediate } from "node:timers/promises";

import { TunesmithError, type Clock } from "../../base/index.ts";
import type { TrainingSplits } from "../../learning/data/index.ts";
import type { Runtime } from "../../learning/runtime/index.ts";
import {
  exportWeights,
  modelMetrics,
  trainingDocumentSchema,
  TrainingRun,
  type Divergence,
  type EarlyStop,
  type EpochRecord,
  type TrainingDocument,
} from "../../learning/training/index.ts";
import type { Storage } from "../../search/storage/index.ts";
import { defaultLeaseMs, type Study } from "../../search/study/index.ts";
import type { Observation, TrialReason, TrialRecord } from "../../search/trial/index.ts";
import type { StudyCallbacks } from "../spec/index.ts";
import { checkpointDue, Interruption, stopRequested } from "./interruption.ts";
import type { HistogramFile } from "./histogram-file.ts";
import type { WorkerMessage } from "./messages.ts";
import type { SplitCache } from "./split-cache.ts";
import type { TrialFiles } from "./trial-files.ts";

/** At most four transactions per second and worker, whatever the length of an epoch. */
const flushIntervalMs = 250;
/** What a killed machine can lose of one trial. */
const checkpointIntervalMs = 30_000;
/** Live progress is for eyes. */
const progressIntervalMs = 50;
/** A trial that took its worker down so many times is not tried again. */
const maxLostAttempts = 3;

export interface TrialContext {
  readonly study: Study;
  readonly storage: Storage;
  readonly runtime: Runtime;
  readonly splits: Pick<SplitCache, "splits">;
  readonly checkpoints: TrialFiles;
  /** Keeps the weights of the best trial. */
  readonly weights: TrialFiles;
  readonly onEpoch?: StudyCallbacks["onEpoch"] | undefined;
  /** Where a trial's histograms go. Defaults to nowhere. */
  readonly histograms?: (trial: number) => HistogramFile;
  readonly clock: Clock;
  /** Aborted: save and hand back. */
  readonly stop: AbortSignal;
  readonly send: (message: WorkerMessage) => void;
  /** Defaults to the study's usual lease. */
  readonly leaseMs?: number;
}

type Outcome = "completed" | "failed" | "handed-back" | "dropped";

/** Runs the trial until it ends, is handed back, or turns out to belong to another attempt. */
export async function runTrial(trial: TrialRecord, context: TrialContext): Promise<Outcome> {
  const lease = { trialId: trial.id, attempt: trial.attempt };
  const interruption = new Interruption();
  const heartbeat = setInterval(
    () => void context.study.heartbeat(lease).catch((error: unknown) => interruption.end(error)),
    (context.leaseMs ?? defaultLeaseMs) / 3,
  );
  const saving = setInterval(() => interruption.saveCheckpoint(), checkpointIntervalMs);
  const onStop = () => interruption.end(stopRequested);
  if (context.stop.aborted) onStop();
  else context.stop.addEventListener("abort", onStop, { once: true });
  try {
    return await new TrialAttempt(trial, context, interruption).run();
  } catch (error) {
    if (isLeaseLost(error)) return "dropped";
    const reason = failureOf(error);
    if (reason === undefined) throw error;
    return await context.study
      .fail(lease, { reason })
      .then(() => context.checkpoints.remove(trial.number))
      .then((): Outcome => "failed")
      .catch((failure: unknown) => {
        if (isLeaseLost(failure)) return "dropped";
        throw failure;
      });
  } finally {
    clearInterval(heartbeat);
    clearInterval(saving);
    context.stop.removeEventListener("abort", onStop);
  }
}

class TrialAttempt {
  readonly #trial: TrialRecord;
  readonly #context: TrialContext;
  readonly #interruption: Interruption;
  readonly #lease;
  #buffer: Observation[] = [];
  #flushedAt: number;
  #progressAt = 0;

  constructor(trial: TrialRecord, context: TrialContext, interruption: Interruption) {
    this.#trial = trial;
    this.#context = context;
    this.#interruption = interruption;
    this.#lease = { trialId: trial.id, attempt: trial.attempt };
    this.#flushedAt = context.clock.now();
  }

  async run(): Promise<Outcome> {
    const { study, checkpoints } = this.#context;
    const { number } = this.#trial;
    const lost = await this.#countLostAttempts();
    if (lost >= maxLostAttempts) {
      const message = `its worker was lost ${lost} times while running this trial.`;
      await study.fail(this.#lease, { reason: { kind: "lost", message } });
      await checkpoints.remove(number);
      return "failed";
    }

    const document = trainingDocumentSchema.parse(this.#trial.document);
    const splits = await this.#context.splits.splits(document.data);
    const run = await this.#createRun(document, splits);
    const epochs = document.training.epochs;
    const histograms = this.#context.histograms?.(number);
    if (document.training.measure.includes("histograms")) await histograms?.keep(run.epochsDone);
    const { attempt, parameters } = this.#trial;
    this.#context.send({ kind: "trial-started", number, attempt, parameters, epoch: run.epochsDone, epochs });

    const ofModel = modelMetrics(document, splits);
    const firstEpoch = 1 + (document.start?.epochs ?? 0);
    while (!run.isFinished) {
      // Short epochs alone never reach the event loop, where heartbeats are sent and requests to stop arrive.
      await setImmediate();
      let record: EpochRecord;
      try {
        record = await run.runEpoch({ signal: this.#interruption.signal });
      } catch (error) {
        if (error === stopRequested) return this.#handBack(run);
        if (error !== checkpointDue) throw error;
        await this.#saveCheckpoint(run);
        this.#interruption.goOn();
        continue;
      }
      const now = this.#context.clock.now();
      const metrics = record.epoch === firstEpoch ? { ...record.metrics, ...ofModel } : record.metrics;
      for (const [metric, value] of Object.entries(metrics)) {
        this.#buffer.push({ metric, step: record.epoch, time: now, value });
      }
      if (record.histograms !== undefined) {
        await histograms?.append({ epoch: record.epoch, histograms: record.histograms });
      }
      this.#sendProgress({ epoch: record.epoch, epochs, metrics: record.metrics, now });
      if (record.divergedAt !== undefined) return this.#fail(record.divergedAt, run);
      if (now - this.#flushedAt >= flushIntervalMs) await this.#flush();
      await this.#callBack(run, document);
    }
    const { stoppedEarly, ...result } = run.finish();
    const observations = this.#takeBuffer();
    const reason = stoppedEarly === undefined ? {} : { reason: reasonOf(stoppedEarly, result.bestEpoch) };
    await study.complete(this.#lease, { result, observations, ...reason });
    await this.#keepWeights(run);
    await checkpoints.remove(number);
    return "completed";
  }

  /** Runs the author's code between two epochs. */
  async #callBack(run: TrainingRun, document: TrainingDocument): Promise<void> {
    const { number, seed, parameters } = this.#trial;
    await this.#context.onEpoch?.({
      trial: { number, seed, parameters, document },
      epoch: run.history.at(-1)!,
      history: run.history,
      stop: (message) => run.stop(message),
    });
  }

  /** Keeps the weights of the study's best trial, when this is it. */
  async #keepWeights(run: TrainingRun): Promise<void> {
    const { study, weights, send } = this.#context;
    const { number } = this.#trial;
    const bestNumber = async () => (await study.best())?.trial.number;
    if ((await bestNumber()) !== number) return;
    try {
      await weights.write(number, exportWeights(run));
      // Another worker may have completed a better one in the meantime.
      await weights.removeAllBut((await bestNumber()) ?? number);
    } catch (error) {
      // Only time is lost: weights that were not kept are trained again.
      const message = `trial ${number}: its weights cannot be written: ${(error as Error).message}`;
      send({ kind: "warning", message });
    }
  }

  async #countLostAttempts(): Promise<number> {
    if (this.#trial.attempt <= maxLostAttempts) return 0;
    const attempts = await this.#context.storage.listAttempts(this.#trial.id);
    return attempts.filter(({ reason }) => reason?.kind === "lost").length;
  }

  async #createRun(document: TrainingDocument, splits: TrainingSplits): Promise<TrainingRun> {
    const { runtime, checkpoints, send } = this.#context;
    const { number } = this.#trial;
    const checkpoint = await checkpoints.read(number);
    if (checkpoint === undefined) return TrainingRun.create({ document, splits, runtime });
    try {
      return TrainingRun.create({ document, splits, runtime, checkpoint });
    } catch (error) {
      if (!(error instanceof TunesmithError) || error.code !== "INVALID_CHECKPOINT") throw error;
      send({ kind: "warning", message: `trial ${number} starts anew: ${error.message}` });
      await checkpoints.remove(number);
      return TrainingRun.create({ document, splits, runtime });
    }
  }

  async #handBack(run: TrainingRun): Promise<Outcome> {
    if (run.hasBegun) await this.#saveCheckpoint(run);
    await this.#context.study.handBack(this.#lease, { observations: this.#takeBuffer() });
    return "handed-back";
  }

  async #fail({ step, layer, message }: Divergence, run: TrainingRun): Promise<Outcome> {
    await this.#context.study.fail(this.#lease, {
      reason: { kind: "diverged", message, facts: { step, layer } },
      result: run.finish(),
      observations: this.#takeBuffer(),
    });
    await this.#context.checkpoints.remove(this.#trial.number);
    return "failed";
  }

  async #saveCheckpoint(run: TrainingRun): Promise<void> {
    await this.#flush();
    const { number } = this.#trial;
    try {
      await this.#context.checkpoints.write(number, run.checkpoint());
    } catch (error) {
      // Only time is lost: without a checkpoint the same result is trained from the beginning.
      const message = `trial ${number}: its checkpoint cannot be written: ${(error as Error).message}`;
      this.#context.send({ kind: "warning", message });
    }
  }

  async #flush(): Promise<void> {
    await this.#context.study.report(this.#lease, this.#takeBuffer());
    this.#flushedAt = this.#context.clock.now();
  }

  #takeBuffer(): Observation[] {
    const taken = this.#buffer;
    this.#buffer = [];
    return taken;
  }

  #sendProgress(options: {
    epoch: number;
    epochs: number;
    metrics: Readonly<Record<string, number>>;
    now: number;
  }): void {
    const { epoch, epochs, metrics, now } = options;
    if (now - this.#progressAt < progressIntervalMs && epoch < epochs) return;
    this.#progressAt = now;
    const value = metrics[this.#context.study.record.definition.objective.metric] ?? null;
    const finite = value !== null && Number.isFinite(value) ? value : null;
    this.#context.send({ kind: "trial-progress", number: this.#trial.number, epoch, epochs, value: finite });
  }
}

function isLeaseLost(error: unknown): boolean {
  return error instanceof TunesmithError && error.code === "LEASE_LOST";
}

/** Why a trial was completed before all its epochs were done. */
function reasonOf(
  { reason, message, isReproducible, epoch }: EarlyStop & { readonly epoch: number },
  bestEpoch: number | undefined,
): TrialReason {
  const facts = { rule: reason, epoch, isReproducible, bestEpoch: bestEpoch ?? null };
  return { kind: "stopped-early", message, facts };
}

/** How an exception is recorded on the trial; undefined when the store itself failed, which is not the trial's fault. */
function failureOf(error: unknown): TrialReason | undefined {
  if (error instanceof TunesmithError && error.code.startsWith("STORE_")) return undefined;
  const message = error instanceof Error ? error.message : String(error);
  const isOutOfMemory = error instanceof RangeError && /allocation failed|out of memory/i.test(message);
  return { kind: isOutOfMemory ? "out-of-memory" : "error", message };
}
