/**
 * What a program reports, on its way to the store: in batches, each step that the scheduler judges at the end of one, and never
 * more of it in memory than a bound.
 */
import { createHash } from "node:crypto";

import { JudgedSteps } from "../../../search/study/index.ts";
import type { Observation, Ruling, TrialRecord } from "../../../search/trial/index.ts";
import type { TrialContext } from "../trial-context.ts";
import type { Report } from "./metrics/report.ts";
import { StepCounter } from "./metrics/step-counter.ts";

/** At most four transactions per second and worker, however much a program prints, and one for each step that is judged. */
const flushIntervalMs = 250;
/** Live progress is for eyes. */
const progressIntervalMs = 50;
/** Observations on their way; a program that reports more waits. */
const mostWaiting = 20_000;

export interface TrialReportsOptions {
  readonly context: Pick<TrialContext, "study" | "storage" | "clock" | "send">;
  /** Whether a metric may have the name. */
  readonly accepts: (metric: string) => boolean;
  /** Called once, with what the scheduler rules; nothing after that step is reported. */
  readonly onRuling: (ruling: Ruling) => void;
  /** Called when the store does not take reports. */
  readonly onError: (error: unknown) => void;
  /** Called when the program is to wait, and when it may go on. */
  readonly onPressure: (isHigh: boolean) => void;
}

export class TrialReports {
  readonly #trial: TrialRecord;
  readonly #options: TrialReportsOptions;
  readonly #steps: JudgedSteps;
  readonly #lease;
  readonly #counter: StepCounter;
  readonly #hash = createHash("sha256");
  readonly #timer: NodeJS.Timeout;
  #buffer: Observation[] = [];
  /** In batches that are being written. */
  #inFlight = 0;
  #isHigh = false;
  #isOver = false;
  #lastStep = 0;
  #progressAt = -Infinity;
  /** Batches one after the other. */
  #batches: Promise<void> = Promise.resolve();

  private constructor(trial: TrialRecord, steps: JudgedSteps, options: TrialReportsOptions) {
    this.#trial = trial;
    this.#steps = steps;
    this.#options = options;
    this.#counter = new StepCounter(options.accepts);
    this.#lease = { trialId: trial.id, attempt: trial.attempt };
    this.#timer = setInterval(() => this.#flush(), flushIntervalMs);
  }

  static async open(trial: TrialRecord, options: TrialReportsOptions): Promise<TrialReports> {
    const steps = await JudgedSteps.of(trial, options.context, { done: 0, first: 0 });
    return new TrialReports(trial, steps, options);
  }

  /** Names that have been reported. */
  get metrics(): readonly string[] {
    return this.#counter.metrics;
  }

  /** The objective's last step. */
  get lastStep(): number {
    return this.#lastStep;
  }

  get resultHash(): string {
    return this.#hash.copy().digest("hex");
  }

  take(report: Report): void {
    if (this.#isOver) return;
    const time = this.#options.context.clock.now();
    for (const { metric, step, value } of this.#counter.count(report)) {
      this.#buffer.push({ metric, step, time, value });
      if (metric !== this.#objective.metric) continue;
      this.#show(step, value);
      if (this.#steps.isDue(step)) this.#flush(step);
    }
    if (this.#buffer.length >= mostWaiting) this.#flush();
    this.#relieve();
  }

  /** Resolves when there is room for more. */
  async room(): Promise<void> {
    while (this.#isHigh) await this.#batches;
  }

  /** Resolves when every batch that is on its way is written and ruled on. */
  async settled(): Promise<void> {
    await this.#batches;
  }

  /** Nothing is taken any more. @returns what is not in the store yet */
  async end(): Promise<Observation[]> {
    clearInterval(this.#timer);
    await this.#batches;
    this.#isOver = true;
    return this.#takeBuffer();
  }

  /** What is in the result. */
  count(observations: readonly Observation[]): void {
    for (const { metric, step, value } of observations) {
      this.#hash.update(`${metric}\t${step}\t${value}\n`);
      if (metric === this.#objective.metric) this.#lastStep = step;
    }
  }

  /** Reports what has come so far; `step` is one that the scheduler may rule on. */
  #flush(step?: number): void {
    if (this.#buffer.length === 0 || this.#isOver) return;
    const observations = this.#takeBuffer();
    this.#inFlight += observations.length;
    this.#batches = this.#batches.then(async () => {
      try {
        // After the step that it was judged by nothing counts.
        if (this.#isOver) return;
        const ruled = await this.#options.context.study.report(this.#lease, observations);
        this.count(observations);
        const ruling = step === undefined ? ruled : this.#steps.pass(step, ruled);
        if (ruling === null) return;
        this.#isOver = true;
        this.#options.onRuling(ruling);
      } catch (error) {
        this.#isOver = true;
        this.#options.onError(error);
      } finally {
        this.#inFlight -= observations.length;
        this.#relieve();
      }
    });
  }

  #relieve(): void {
    const isHigh = !this.#isOver && this.#inFlight >= mostWaiting;
    if (isHigh === this.#isHigh) return;
    this.#isHigh = isHigh;
    this.#options.onPressure(isHigh);
  }

  #show(step: number, value: number): void {
    const time = this.#options.context.clock.elapsed();
    if (time - this.#progressAt < progressIntervalMs) return;
    this.#progressAt = time;
    const shown = Number.isFinite(value) ? value : null;
    const { number } = this.#trial;
    this.#options.context.send({ kind: "trial-progress", number, epoch: step, epochs: 0, value: shown });
  }

  #takeBuffer(): Observation[] {
    const taken = this.#buffer;
    this.#buffer = [];
    return taken;
  }

  get #objective() {
    return this.#options.context.study.record.definition.objective;
  }
}
