import type { Json } from "../../base/index.ts";
import {
  createScheduler,
  describeRuling,
  type Assignment,
  type Scheduler,
  type TrialCurve,
} from "../schedulers/index.ts";
import type {
  LossPoint,
  Ruling,
  StudyDefinition,
  TrialId,
  TrialReason,
  TrialRecord,
} from "../trial/index.ts";
import type { CurveReader } from "./curve-reader.ts";
import { lengthOf } from "./document-of.ts";
import type { TrialHistory } from "./trial-history.ts";

/** Brings a study's trials before its scheduler. */
export class Judge {
  readonly #scheduler: Scheduler | null;
  readonly #definition: StudyDefinition;
  readonly #history: TrialHistory;
  readonly #curves: CurveReader;
  /** The last step that each trial's attempt reported and was judged at. */
  readonly #lastSteps = new Map<TrialId, { readonly attempt: number; readonly step: number }>();

  constructor(definition: StudyDefinition, history: TrialHistory, curves: CurveReader) {
    const { scheduler, seed, name, objective } = definition;
    const context = { seed, study: name, direction: objective.direction, reduce: objective.reduce };
    this.#scheduler = scheduler === undefined ? null : createScheduler(scheduler, context);
    this.#definition = definition;
    this.#history = history;
    this.#curves = curves;
  }

  /** The first step after `step` at which a decision is due; Infinity when there is none. */
  nextStep(trial: TrialRecord, step: number): number {
    const { number } = trial;
    return this.#scheduler?.nextStep({ number, length: this.#lengthOf(trial) }, step) ?? Infinity;
  }

  /** The first ruling on any of the steps that were just reported; null: go on. */
  async judge(trial: TrialRecord, steps: readonly number[]): Promise<Ruling | null> {
    const scheduler = this.#scheduler;
    if (scheduler === null || steps.length === 0) return null;
    const ordered = steps.toSorted((a, b) => a - b);
    const due = await this.#dueSteps(trial, ordered);
    const ruling = due.length === 0 ? null : await this.#rule(scheduler, trial, due);
    // Only now: a report that failed on the way is made again, and has to be judged then.
    this.#lastSteps.set(trial.id, { attempt: trial.attempt, step: ordered.at(-1)! });
    return ruling;
  }

  async #rule(scheduler: Scheduler, trial: TrialRecord, due: readonly number[]): Promise<Ruling | null> {
    await this.#history.refresh();
    const peers = await this.#seenBy(trial);
    for (const step of due) {
      const all = peers.map((peer) => (peer.number === trial.number ? until(peer, step) : peer));
      const own = all.find(({ number }) => number === trial.number)!;
      const ruling = scheduler.judge(own, all);
      if (ruling !== null) return ruling;
    }
    return null;
  }

  /** Those of the steps that a decision is due at: the first that was reported at or after one that the scheduler wants. */
  async #dueSteps(trial: TrialRecord, steps: readonly number[]): Promise<readonly number[]> {
    const last = this.#lastSteps.get(trial.id);
    let before = last?.step;
    // Another attempt may begin at an earlier step.
    if (before === undefined || last?.attempt !== trial.attempt) {
      const curve = await this.#curves.read(trial);
      before = curve.findLast(({ step }) => step < steps[0]!)?.step ?? 0;
    }
    const due: number[] = [];
    for (const step of steps) {
      if (this.nextStep(trial, before) <= step) due.push(step);
      before = step;
    }
    return due;
  }

  /** @param canStart whether the budget has another trial */
  async assign(canStart: boolean): Promise<Assignment> {
    if (this.#scheduler?.assign === undefined) return { action: "start" };
    const trials = await Promise.all(this.#history.trials.map((trial) => this.#curveOf(trial)));
    return this.#scheduler.assign({ trials, canStart });
  }

  /** Why each paused trial does not go on, as far as the scheduler can tell. */
  async settle(): Promise<ReadonlyMap<number, Ruling>> {
    if (this.#scheduler?.settle === undefined) return new Map();
    const trials = await Promise.all(this.#history.trials.map((trial) => this.#curveOf(trial)));
    const settled = this.#scheduler.settle({ trials, canStart: false });
    return new Map(settled.map(({ number, ruling }) => [number, ruling]));
  }

  /** With ordered results only those that are certain to be the same for any number of workers. */
  async #seenBy(trial: TrialRecord): Promise<readonly TrialCurve[]> {
    const { ordered } = this.#definition;
    const last = ordered === undefined ? Infinity : trial.number - ordered;
    const seen = this.#history.trials.filter(({ number }) => number <= last || number === trial.number);
    return Promise.all(seen.map((one) => this.#curveOf(one)));
  }

  async #curveOf(trial: TrialRecord): Promise<TrialCurve> {
    const { number, state, origin, reason } = trial;
    return {
      number,
      state,
      points: await this.#curves.read(trial),
      length: this.#lengthOf(trial),
      configuration: origin?.configuration ?? number,
      replicate: origin?.replicate ?? 0,
      ruling: reason?.kind === "scheduler" ? (reason.facts as unknown as Ruling) : null,
      parent: origin?.parent ?? null,
    };
  }

  #lengthOf(trial: TrialRecord): number {
    return lengthOf(trial.document, this.#definition);
  }
}

/** A ruling as it is kept with its trial. */
export function reasonOf(ruling: Ruling, objective: StudyDefinition["objective"]): TrialReason {
  const facts = JSON.parse(JSON.stringify(ruling)) as Record<string, Json>;
  return { kind: "scheduler", message: describeRuling(ruling, objective), facts };
}

function until(curve: TrialCurve, step: number): TrialCurve {
  const points: readonly LossPoint[] = curve.points.filter((point) => point.step <= step);
  return { ...curve, points };
}
