/**
 * What one attempt does with its trial: trains it epoch by epoch, reports, obeys its study's scheduler, and ends it in the
 * store.
 *
 * Reports are on their way while training goes on, also for as long as the store is away; what has to be known before the next
 * step (a ruling, the end) is waited for.
 *
 * The order of writes makes every crash harmless: observations before the checkpoint that follows them, the checkpoint
 * before the trial is handed back or paused, the end of the trial before its checkpoint is removed. Whatever is lost
 * between two of them is trained again to the same bits.
 */
import { setImmediate } from "node:timers/promises";

import {
  exportWeights,
  modelMetrics,
  trainingDocumentSchema,
  type Divergence,
  type EarlyStop,
  type EpochRecord,
  type TrainingDocument,
  type TrainingRun,
} from "../../learning/training/index.ts";
import { describeRuling } from "../../search/schedulers/index.ts";
import { JudgedSteps } from "../../search/study/index.ts";
import type { Observation, Ruling, TrialReason, TrialRecord } from "../../search/trial/index.ts";
import type { AttemptOutcome } from "./attempt-outcome.ts";
import { createRun } from "./create-run.ts";
import { checkpointDue, stopRequested, type Interruption } from "./interruption.ts";
import { lostTooOften } from "./lost-attempts.ts";
import type { TrialContext } from "./trial-context.ts";

/** At most four transactions per second and worker, whatever the length of an epoch. */
const flushIntervalMs = 250;
/** Live progress is for eyes. */
const progressIntervalMs = 50;
/** A report that takes longer means that the store is away: no checkpoint is written before its observations are stored. */
const longestReportMs = 1000;
/** A member of a population is judged again only when all have come as far, and so has no heirs left at earlier steps. */
const keptInheritances = 2;

export class TrialAttempt {
  readonly #trial: TrialRecord;
  readonly #context: TrialContext;
  readonly #interruption: Interruption;
  readonly #lease;
  #buffer: Observation[] = [];
  #flushedAt: number;
  /** A report that is on its way. */
  #report: { readonly done: Promise<void>; readonly since: number } | null = null;
  #progressAt = 0;

  constructor(trial: TrialRecord, context: TrialContext, interruption: Interruption) {
    this.#trial = trial;
    this.#context = context;
    this.#interruption = interruption;
    this.#lease = { trialId: trial.id, attempt: trial.attempt };
    this.#flushedAt = context.clock.elapsed();
  }

  async run(): Promise<AttemptOutcome> {
    const { study, storage, checkpoints, send } = this.#context;
    const { number, attempt, parameters } = this.#trial;
    const lost = await lostTooOften(this.#trial, storage);
    if (lost !== undefined) {
      await study.fail(this.#lease, { reason: lost });
      await checkpoints.remove(number);
      return "failed";
    }

    const document = trainingDocumentSchema.parse(this.#trial.document);
    const splits = await this.#context.splits.splits(document.data);
    const run = await createRun(this.#trial, this.#context, { document, splits });
    const epochs = document.training.epochs;
    const first = document.start?.epochs ?? 0;
    const histograms = this.#context.histograms?.(number);
    if (document.training.measure.includes("histograms")) await histograms?.keep(run.epochsDone);
    send({ kind: "trial-started", number, attempt, parameters, epoch: run.epochsDone, epochs });

    const ofModel = modelMetrics(document, splits);
    if (attempt > 1) await study.restore(this.#lease, this.#reportedBy(run, { first, ofModel }));
    const steps = await JudgedSteps.of(this.#trial, this.#context, { done: run.epochsDone, first });
    const last = run.history.at(-1);
    // Its attempt may have ended after the checkpoint and before the scheduler was obeyed.
    let ruling = last !== undefined && steps.isDue(last.epoch) ? await this.#judge(run, steps) : null;
    while (ruling === null && !run.isFinished) {
      // Short epochs alone never reach the event loop, where heartbeats are sent and requests to stop arrive.
      await setImmediate();
      let record: EpochRecord;
      try {
        record = await run.runEpoch({ signal: this.#interruption.signal });
      } catch (error) {
        if (error === stopRequested) return this.#handBack(run);
        if (error !== checkpointDue) throw error;
        if (!this.#isStoreAway()) await this.#saveCheckpoint(run);
        this.#interruption.goOn();
        continue;
      }
      this.#keepMetrics(record.epoch, record.metrics);
      if (record.epoch === first + 1) this.#keepMetrics(record.epoch, ofModel);
      if (record.histograms !== undefined) {
        await histograms?.append({ epoch: record.epoch, histograms: record.histograms });
      }
      this.#sendProgress({ epoch: record.epoch, epochs, metrics: record.metrics });
      if (record.divergedAt !== undefined) return this.#fail(record.divergedAt, run);
      await this.#callBack(run, document);
      if (steps.isDue(record.epoch)) ruling = await this.#judge(run, steps);
      else this.#reportSoon();
    }
    return this.#end(run, ruling);
  }

  /** Reports the run's last epoch, and what is left of those before. @returns what the scheduler says of it */
  async #judge(run: TrainingRun, steps: JudgedSteps): Promise<Ruling | null> {
    const { epoch, metrics } = run.history.at(-1)!;
    if (!this.#buffer.some(({ step }) => step === epoch)) this.#keepMetrics(epoch, metrics);
    // Whoever inherits may be claimed as soon as the scheduler knows of this step.
    await this.#leaveInheritance(run);
    return steps.pass(epoch, await this.#flush());
  }

  /** @param ruling null when the training came to its end by itself */
  async #end(run: TrainingRun, ruling: Ruling | null): Promise<AttemptOutcome> {
    const { study, checkpoints } = this.#context;
    const { number } = this.#trial;
    if (ruling?.action === "pause" && !run.isFinished) return this.#pause(run, ruling);
    const { stoppedEarly, ...result } = run.finish();
    const observations = await this.#unreported();
    if (ruling?.action === "stop") {
      await study.stop(this.#lease, { ruling, result, observations });
      await checkpoints.remove(number);
      return "stopped";
    }
    const reason = stoppedEarly === undefined ? {} : { reason: reasonOf(stoppedEarly, result.bestEpoch) };
    const cause = ruling?.action === "complete" ? { ruling } : reason;
    await study.complete(this.#lease, { result, observations, ...cause });
    await this.#keepWeights(run);
    await checkpoints.remove(number);
    return "completed";
  }

  async #pause(run: TrainingRun, ruling: Ruling): Promise<AttemptOutcome> {
    const { study, send } = this.#context;
    const { number, parameters } = this.#trial;
    await this.#saveCheckpoint(run);
    // It may never go on; then this is its result.
    const { stoppedEarly: _, ...result } = run.finish();
    await study.pause(this.#lease, { ruling, result, observations: await this.#unreported() });
    const message = describeRuling(ruling, study.record.definition.objective);
    send({ kind: "trial-paused", number, parameters, message });
    return "paused";
  }

  /** Keeps what others may go on from, in a study whose trials inherit. */
  async #leaveInheritance(run: TrainingRun): Promise<void> {
    const { study, inherit } = this.#context;
    if (study.record.definition.scheduler?.name !== "pbt" || run.isFinished) return;
    const { number } = this.#trial;
    // Without it an heir trains the same again.
    await this.#write("what others inherit of it", async () => {
      await inherit.write(`${number}-${run.epochsDone}`, run.checkpoint());
      await inherit.removeEarlierSteps(number, keptInheritances);
    });
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
    const { study, weights } = this.#context;
    const { number } = this.#trial;
    const bestNumber = async () => (await study.best())?.trial.number;
    if ((await bestNumber()) !== number) return;
    // Weights that were not kept are trained again.
    await this.#write("its weights", async () => {
      await weights.write(number, exportWeights(run));
      // Another worker may have completed a better one in the meantime.
      await weights.removeAllBut((await bestNumber()) ?? number);
    });
  }

  async #handBack(run: TrainingRun): Promise<AttemptOutcome> {
    if (run.hasBegun) await this.#saveCheckpoint(run);
    await this.#context.study.handBack(this.#lease, { observations: await this.#unreported() });
    return "handed-back";
  }

  async #fail({ step, layer, message }: Divergence, run: TrainingRun): Promise<AttemptOutcome> {
    await this.#context.study.fail(this.#lease, {
      reason: { kind: "diverged", message, facts: { step, layer } },
      result: run.finish(),
      observations: await this.#unreported(),
    });
    await this.#context.checkpoints.remove(this.#trial.number);
    return "failed";
  }

  async #saveCheckpoint(run: TrainingRun): Promise<void> {
    await this.#flush();
    const { number } = this.#trial;
    // Without a checkpoint the same result is trained from the beginning.
    await this.#write("its checkpoint", () => this.#context.checkpoints.write(number, run.checkpoint()));
  }

  /** Writes what only saves time: where it fails, a warning says so and the trial goes on. */
  async #write(what: string, write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      const message = `trial ${this.#trial.number}: ${what} cannot be written: ${(error as Error).message}`;
      this.#context.send({ kind: "warning", message });
    }
  }

  /** Sends what was measured on its way, a few times a second. */
  #reportSoon(): void {
    const since = this.#context.clock.elapsed();
    if (this.#report !== null || since - this.#flushedAt < flushIntervalMs) return;
    const done = this.#context.study.report(this.#lease, this.#takeBuffer()).then(
      () => {},
      (error: unknown) => this.#interruption.end(error),
    );
    this.#report = { done, since };
    this.#flushedAt = since;
    void done.then(() => (this.#report = null));
  }

  #isStoreAway(): boolean {
    return this.#report !== null && this.#context.clock.elapsed() - this.#report.since > longestReportMs;
  }

  /** Reports everything. @returns what the scheduler says of it */
  async #flush(): Promise<Ruling | null> {
    const ruling = await this.#context.study.report(this.#lease, await this.#unreported());
    this.#flushedAt = this.#context.clock.elapsed();
    return ruling;
  }

  /** What has not been reported, once everything else has arrived; for the caller to report. */
  async #unreported(): Promise<Observation[]> {
    await this.#report?.done;
    return this.#takeBuffer();
  }

  #keepMetrics(step: number, metrics: Readonly<Record<string, number>>): void {
    this.#buffer.push(...this.#observed(step, metrics));
  }

  #observed(step: number, metrics: Readonly<Record<string, number>>): Observation[] {
    const time = this.#context.clock.now();
    return Object.entries(metrics).map(([metric, value]) => ({ metric, step, time, value }));
  }

  /** Everything that was reported of the run up to where it stands. */
  #reportedBy(
    { history }: TrainingRun,
    { first, ofModel }: { readonly first: number; readonly ofModel: Readonly<Record<string, number>> },
  ): Observation[] {
    const known = history.flatMap(({ epoch, metrics }) => this.#observed(epoch, metrics));
    return history.length === 0 ? known : [...known, ...this.#observed(first + 1, ofModel)];
  }

  #takeBuffer(): Observation[] {
    const taken = this.#buffer;
    this.#buffer = [];
    return taken;
  }

  #sendProgress(options: { epoch: number; epochs: number; metrics: Readonly<Record<string, number>> }): void {
    const { epoch, epochs, metrics } = options;
    const now = this.#context.clock.now();
    if (now - this.#progressAt < progressIntervalMs && epoch < epochs) return;
    this.#progressAt = now;
    const value = metrics[this.#context.study.record.definition.objective.metric] ?? null;
    const finite = value !== null && Number.isFinite(value) ? value : null;
    this.#context.send({ kind: "trial-progress", number: this.#trial.number, epoch, epochs, value: finite });
  }
}

/** Why a trial was completed before all its epochs were done. */
function reasonOf(
  { reason, message, isReproducible, epoch }: EarlyStop & { readonly epoch: number },
  bestEpoch: number | undefined,
): TrialReason {
  const facts = { rule: reason, epoch, isReproducible, bestEpoch: bestEpoch ?? null };
  return { kind: "stopped-early", message, facts };
}
