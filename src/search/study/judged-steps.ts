import type { Storage } from "../storage/index.ts";
import type { Ruling, TrialRecord } from "../trial/index.ts";
import type { Study } from "./study.ts";

/**
 * The steps at which a trial comes before its study's scheduler, each once, whatever number of attempts it takes: an attempt
 * that trains them again, because a checkpoint is gone, reports them and goes on.
 */
export class JudgedSteps {
  readonly #trial: TrialRecord;
  readonly #study: Study;
  /** Earlier attempts were judged up to here, and went on. */
  readonly #passed: number;
  #due: number;

  private constructor(trial: TrialRecord, study: Study, steps: { passed: number; due: number }) {
    this.#trial = trial;
    this.#study = study;
    this.#passed = steps.passed;
    this.#due = steps.due;
  }

  /**
   * @param done epochs that the run has behind it; the last of them may have been trained and not judged
   * @param first the epoch before the trial's own first one
   */
  static async of(
    trial: TrialRecord,
    {
      study,
      storage,
    }: { readonly study: Study; readonly storage: Pick<Storage, "listObservations" | "listAttempts"> },
    { done, first }: { readonly done: number; readonly first: number },
  ): Promise<JudgedSteps> {
    const due = study.nextJudgement(trial, Math.max(done - 1, first));
    const hasScheduler = study.record.definition.scheduler !== undefined;
    if (!hasScheduler || trial.attempt <= 1) return new JudgedSteps(trial, study, { passed: 0, due });
    const { metric } = study.record.definition.objective;
    const reported = await storage.listObservations(trial.id, metric);
    const attempts = await storage.listAttempts(trial.id);
    // An attempt that reported a later step had gone on. At the last one it may have been lost before it obeyed.
    const beforeLast = reported.at(-2)?.step ?? 0;
    const paused = attempts.map(({ reason }) => (reason?.kind === "scheduler" ? reason.facts?.["step"] : 0));
    const passed = Math.max(beforeLast, ...paused.filter((step) => typeof step === "number"));
    return new JudgedSteps(trial, study, { passed, due });
  }

  isDue(epoch: number): boolean {
    return epoch >= this.#due;
  }

  /** Turns to the next step. @returns the ruling, unless it is on a step that was judged before */
  pass(epoch: number, ruling: Ruling | null): Ruling | null {
    this.#due = this.#study.nextJudgement(this.#trial, epoch);
    return epoch <= this.#passed ? null : ruling;
  }
}
