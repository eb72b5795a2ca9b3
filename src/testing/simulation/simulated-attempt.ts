/**
 * One attempt at a trial as a worker makes it, with a table in place of the training: takes up the checkpoint, reports, obeys the
 * scheduler, renews its lease, and ends the trial. Like the real one it writes observations before the checkpoint that
 * follows them, and the checkpoint before it pauses or hands back.
 */
import { hashBytes, TunesmithError } from "../../base/index.ts";
import type { Storage, StudyFileName } from "../../search/storage/index.ts";
import { JudgedSteps, type Study } from "../../search/study/index.ts";
import type { Observation, Ruling, TrialRecord, TrialResult } from "../../search/trial/index.ts";
import { broken } from "./broken-promise.ts";
import type { Chance } from "./chance.ts";
import type { SimulatedProcess } from "./simulated-process.ts";
import { TabularTraining } from "./tabular-training.ts";

/** Measured beside the objective, so that curves are succeeded metric by metric. */
export const otherMetric = "train/loss";

export interface AttemptContext {
  readonly process: SimulatedProcess;
  readonly study: Study;
  readonly storage: Storage;
  readonly chance: Chance;
  readonly leaseMs: number;
  /** The share of trainings that fail. */
  readonly failing: number;
  /** How long a step takes now. */
  readonly stepMs: () => number;
  /** Somebody wants the worker to let go of its trial. */
  readonly isAskedToStop: () => boolean;
}

export class SimulatedAttempt {
  readonly #trial: TrialRecord;
  readonly #context: AttemptContext;
  readonly #training: TabularTraining;
  readonly #lease;
  #step: number;
  #buffer: Observation[] = [];
  #isOver = false;

  constructor(trial: TrialRecord, context: AttemptContext) {
    this.#trial = trial;
    this.#context = context;
    this.#training = new TabularTraining(trial.document, context);
    this.#lease = { trialId: trial.id, attempt: trial.attempt };
    this.#step = this.#training.first;
  }

  /** Until the trial ends, is paused or handed back, or turns out to be another attempt's. */
  async run(): Promise<void> {
    void this.#keepLease();
    try {
      await this.#train();
    } catch (error) {
      if (!isLeaseLost(error)) throw error;
    } finally {
      this.#isOver = true;
    }
  }

  async #keepLease(): Promise<void> {
    const { process, study, leaseMs } = this.#context;
    while (true) {
      await process.sleep(leaseMs / 3);
      if (this.#isOver) return;
      try {
        await study.heartbeat(this.#lease);
      } catch (error) {
        // A real one breaks the training off; a slow one goes on until its next write is refused.
        if (isLeaseLost(error)) return;
        throw error;
      }
    }
  }

  async #train(): Promise<void> {
    const { process, chance, study, storage, stepMs, isAskedToStop } = this.#context;
    const { first, length, failsAt } = this.#training;
    await this.#takeUp();
    const steps = await JudgedSteps.of(this.#trial, { study, storage }, { done: this.#step, first });
    let ruling = this.#step > first && steps.isDue(this.#step) ? await this.#judge(steps) : null;
    while (ruling === null && this.#step < length) {
      await process.sleep(stepMs());
      if (isAskedToStop()) return this.#handBack();
      this.#step += 1;
      if (this.#step >= failsAt) return this.#fail();
      this.#measure();
      if (steps.isDue(this.#step)) ruling = await this.#judge(steps);
      else if (chance.happens(0.3)) await this.#flush();
      if (ruling === null && chance.happens(0.2)) await this.#saveCheckpoint();
    }
    await this.#end(ruling);
  }

  async #takeUp(): Promise<void> {
    const { study, storage } = this.#context;
    const bytes = await storage.readFile(study.record.id, this.#file());
    if (bytes === undefined) return;
    const { step, seed } = JSON.parse(new TextDecoder().decode(bytes)) as { step: number; seed: string };
    if (seed !== this.#trial.seed) broken(`trial ${this.#trial.number} has the checkpoint of another`);
    const known: Observation[] = [];
    while (this.#step < step) {
      this.#step += 1;
      known.push(...this.#measured());
    }
    if (this.#trial.attempt > 1) await study.restore(this.#lease, known);
  }

  async #judge(steps: JudgedSteps): Promise<Ruling | null> {
    if (this.#buffer.at(-1)?.step !== this.#step) this.#measure();
    return steps.pass(this.#step, await this.#flush());
  }

  async #end(ruling: Ruling | null): Promise<void> {
    const { study } = this.#context;
    const isAtEnd = this.#step >= this.#training.length;
    if (ruling?.action === "pause" && !isAtEnd) {
      await this.#saveCheckpoint();
      return study.pause(this.#lease, { ruling, result: this.#result(), observations: this.#take() });
    }
    const ending = { result: this.#result(), observations: this.#take() };
    if (ruling?.action === "stop") await study.stop(this.#lease, { ruling, ...ending });
    else if (ruling?.action === "complete") await study.complete(this.#lease, { ruling, ...ending });
    else await study.complete(this.#lease, ending);
    await this.#removeCheckpoint();
  }

  async #fail(): Promise<void> {
    const reason = { kind: "diverged", message: "the loss is not finite" } as const;
    await this.#context.study.fail(this.#lease, { reason, observations: this.#take() });
    await this.#removeCheckpoint();
  }

  async #handBack(): Promise<void> {
    if (this.#step > this.#training.first) await this.#saveCheckpoint();
    await this.#context.study.handBack(this.#lease, { observations: this.#take() });
  }

  async #saveCheckpoint(): Promise<void> {
    await this.#flush();
    const { study, storage, process } = this.#context;
    const bytes = new TextEncoder().encode(JSON.stringify({ step: this.#step, seed: this.#trial.seed }));
    await storage.writeFile(study.record.id, this.#file(), { bytes, now: process.clock.now() });
  }

  async #removeCheckpoint(): Promise<void> {
    await this.#context.storage.removeFile(this.#context.study.record.id, this.#file());
  }

  async #flush(): Promise<Ruling | null> {
    return this.#context.study.report(this.#lease, this.#take());
  }

  #measure(): void {
    this.#buffer.push(...this.#measured());
  }

  #measured(): Observation[] {
    const time = this.#context.process.clock.now();
    const step = this.#step;
    const value = this.#training.lossAt(step);
    const { metric } = this.#context.study.record.definition.objective;
    return [
      { metric, step, time, value },
      { metric: otherMetric, step, time, value: value / 2 },
    ];
  }

  #take(): Observation[] {
    const taken = this.#buffer;
    this.#buffer = [];
    return taken;
  }

  #file(): StudyFileName {
    return `checkpoints/${this.#trial.number}`;
  }

  #result(): TrialResult {
    const text = JSON.stringify([this.#trial.document, this.#step]);
    return { resultHash: hashBytes(text), environment: {}, epochs: this.#step };
  }
}

function isLeaseLost(error: unknown): boolean {
  return error instanceof TunesmithError && error.code === "LEASE_LOST";
}
