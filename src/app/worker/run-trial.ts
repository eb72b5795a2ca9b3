/**
 * One claimed trial, from its document to its end in the store. Where learning meets search.
 *
 * The order of writes makes every crash harmless: observations before the checkpoint that follows them, the checkpoint
 * before the trial is handed back, the end of the trial before its checkpoint is removed. Whatever is lost between two
 * of them is trained again to the same bits.
 */
import { setImmediate } from "node:timers/promises";

import { TunesmithError, type Clock } from "../../base/index.ts";
import type { Runtime } from "../../learning/runtime/index.ts";
import { trainingDocumentSchema, TrainingRun, type TrainingDocument } from "../../learning/training/index.ts";
import type { Storage } from "../../search/storage/index.ts";
import { defaultLeaseMs, type Study } from "../../search/study/index.ts";
import type { Observation, TrialReason, TrialRecord } from "../../search/trial/index.ts";
import type { CheckpointFiles } from "./checkpoint-files.ts";
import type { WorkerMessage } from "./messages.ts";
import type { SplitCache } from "./split-cache.ts";

/** At most four transactions per second and worker, whatever the length of an epoch. */
const flushIntervalMs = 250;
/** What a killed machine can lose of one trial. */
const checkpointIntervalMs = 30_000;
/** When asked to stop, an epoch that takes longer is broken off and trained again later. */
const stopGraceMs = 3000;
/** Live progress is for eyes. */
const progressIntervalMs = 50;
/** A trial that took its worker down so many times is not tried again. */
const maxLostAttempts = 3;

export interface TrialContext {
  readonly study: Study;
  readonly storage: Storage;
  readonly runtime: Runtime;
  readonly splits: Pick<SplitCache, "splits">;
  readonly checkpoints: CheckpointFiles;
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
  const abort = new AbortController();
  const heartbeat = setInterval(
    () => void context.study.heartbeat(lease).catch((error: unknown) => abort.abort(error)),
    (context.leaseMs ?? defaultLeaseMs) / 3,
  );
  let grace: NodeJS.Timeout | undefined;
  const onStop = () => {
    grace = setTimeout(() => abort.abort(stopRequested), stopGraceMs);
  };
  if (!context.stop.aborted) context.stop.addEventListener("abort", onStop, { once: true });
  try {
    return await new TrialAttempt(trial, context, abort.signal).run();
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
    clearTimeout(grace);
    context.stop.removeEventListener("abort", onStop);
  }
}

/** Ends a slice that takes too long after a stop was asked for. */
const stopRequested = new Error("stop requested");

class TrialAttempt {
  readonly #trial: TrialRecord;
  readonly #context: TrialContext;
  readonly #signal: AbortSignal;
  readonly #lease;
  #buffer: Observation[] = [];
  #flushedAt: number;
  #checkpointedAt: number;
  #progressAt = 0;
  /** The state after the last epoch, kept when epochs are long enough to be broken off. */
  #latest: Uint8Array | undefined;

  constructor(trial: TrialRecord, context: TrialContext, signal: AbortSignal) {
    this.#trial = trial;
    this.#context = context;
    this.#signal = signal;
    this.#lease = { trialId: trial.id, attempt: trial.attempt };
    this.#flushedAt = context.clock.now();
    this.#checkpointedAt = this.#flushedAt;
  }

  async run(): Promise<Outcome> {
    const { study, checkpoints, stop } = this.#context;
    const { number } = this.#trial;
    const lost = await this.#countLostAttempts();
    if (lost >= maxLostAttempts) {
      const message = `its worker was lost ${lost} times while running this trial.`;
      await study.fail(this.#lease, { reason: { kind: "lost", message } });
      await checkpoints.remove(number);
      return "failed";
    }

    const document = trainingDocumentSchema.parse(this.#trial.document);
    const run = await this.#createRun(document);
    const epochs = document.training.epochs;
    const { attempt, parameters } = this.#trial;
    this.#context.send({ kind: "trial-started", number, attempt, parameters, epoch: run.epochsDone, epochs });

    while (!run.isFinished) {
      // Short epochs alone never reach the event loop, where heartbeats are sent and requests to stop arrive.
      await setImmediate();
      if (stop.aborted) return this.#handBack(run.epochsDone === 0 ? undefined : run.checkpoint());
      const startedAt = this.#context.clock.now();
      let record;
      try {
        record = await run.runEpoch({ signal: this.#signal });
      } catch (error) {
        if (error === stopRequested) return this.#handBack(this.#latest);
        throw error;
      }
      const now = this.#context.clock.now();
      for (const [metric, value] of Object.entries(record.metrics)) {
        this.#buffer.push({ metric, step: record.epoch, time: now, value });
      }
      this.#sendProgress({ epoch: record.epoch, epochs, metrics: record.metrics, now });
      if (record.divergedAt !== undefined) return this.#fail(record.divergedAt, run);
      if (now - this.#flushedAt >= flushIntervalMs) await this.#flush();
      if (now - startedAt >= stopGraceMs / 3) this.#latest = run.checkpoint();
      if (now - this.#checkpointedAt >= checkpointIntervalMs) await this.#saveCheckpoint(run.checkpoint());
    }
    const observations = this.#takeBuffer();
    await study.complete(this.#lease, { result: run.finish(), observations });
    await checkpoints.remove(number);
    return "completed";
  }

  async #countLostAttempts(): Promise<number> {
    if (this.#trial.attempt <= maxLostAttempts) return 0;
    const attempts = await this.#context.storage.listAttempts(this.#trial.id);
    return attempts.filter(({ reason }) => reason?.kind === "lost").length;
  }

  async #createRun(document: TrainingDocument): Promise<TrainingRun> {
    const { runtime, checkpoints, send } = this.#context;
    const { number } = this.#trial;
    const splits = await this.#context.splits.splits(document.data);
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

  /** @param checkpoint undefined when nothing was trained that is worth keeping. */
  async #handBack(checkpoint: Uint8Array | undefined): Promise<Outcome> {
    if (checkpoint !== undefined) await this.#saveCheckpoint(checkpoint);
    await this.#context.study.handBack(this.#lease, { observations: this.#takeBuffer() });
    return "handed-back";
  }

  async #fail(
    divergence: { readonly step: number; readonly message: string },
    run: TrainingRun,
  ): Promise<Outcome> {
    const { step, message } = divergence;
    await this.#context.study.fail(this.#lease, {
      reason: { kind: "diverged", message, facts: { step } },
      result: run.finish(),
      observations: this.#takeBuffer(),
    });
    await this.#context.checkpoints.remove(this.#trial.number);
    return "failed";
  }

  async #saveCheckpoint(bytes: Uint8Array): Promise<void> {
    await this.#flush();
    const { number } = this.#trial;
    try {
      await this.#context.checkpoints.write(number, bytes);
    } catch (error) {
      // Only time is lost: without a checkpoint the same result is trained from the beginning.
      const message = `trial ${number}: its checkpoint cannot be written: ${(error as Error).message}`;
      this.#context.send({ kind: "warning", message });
    }
    this.#checkpointedAt = this.#context.clock.now();
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

/** How an exception is recorded on the trial; undefined when the store itself failed, which is not the trial's fault. */
function failureOf(error: unknown): TrialReason | undefined {
  if (error instanceof TunesmithError && error.code.startsWith("STORE_")) return undefined;
  const message = error instanceof Error ? error.message : String(error);
  const isOutOfMemory = error instanceof RangeError && /allocation failed|out of memory/i.test(message);
  return { kind: isOutOfMemory ? "out-of-memory" : "error", message };
}
