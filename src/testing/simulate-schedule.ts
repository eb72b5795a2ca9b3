/**
 * A study in simulated time: workers that train tabular curves and do what a scheduler says, without a store, a sampler or a
 * clock. An 81-trial Hyperband takes milliseconds.
 */
import type { Assignment, Scheduler, TrialCurve } from "../search/schedulers/index.ts";
import type { LossPoint, Ruling } from "../search/trial/index.ts";

export interface SimulationOptions {
  readonly scheduler: Scheduler;
  readonly maxTrials: number;
  /** Full length of every trial in steps. */
  readonly length: number;
  /** False: schedulers are not told the length. Defaults to true. */
  readonly declaresLength?: boolean;
  /** What the trial reports at each step, from step 1. `null` from a step on: it fails there. */
  readonly lossAt: (trial: Pick<TrialCurve, "number" | "parent">, step: number) => number | null;
  /** Defaults to 1. */
  readonly workers?: number;
  /** Defaults to 1 for every trial. */
  readonly secondsPerStep?: (number: number) => number;
  /** False: a scheduler's `settle` is asked only at the end. Defaults to true. */
  readonly settlesAtOnce?: boolean;
}

export interface SimulatedTrial extends TrialCurve {
  /** Every ruling on it, in the order of time. */
  readonly rulings: readonly Ruling[];
}

/** What a free worker was told, except to wait. */
export interface SimulatedEvent {
  readonly second: number;
  readonly assignment: Assignment;
}

export interface Simulation {
  readonly trials: readonly SimulatedTrial[];
  /** Steps trained over all trials. */
  readonly steps: number;
  readonly seconds: number;
  readonly events: readonly SimulatedEvent[];
  /** What the scheduler said at the end; null when the study ended because there was no other trial to start. */
  readonly message: string | null;
}

/** The one in work has the number of a trial, and the second at which its next step is done. */
interface Work {
  readonly number: number;
  readonly second: number;
  readonly order: number;
}

type Draft = { -readonly [K in keyof SimulatedTrial]: SimulatedTrial[K] } & {
  points: LossPoint[];
  rulings: Ruling[];
};

/** @throws Error when the scheduler breaks its contract: resumes what is not paused, or waits for nothing. */
export function simulateSchedule(options: SimulationOptions): Simulation {
  const { scheduler, maxTrials, length, lossAt, workers = 1, secondsPerStep = () => 1 } = options;
  const trials: Draft[] = [];
  const events: SimulatedEvent[] = [];
  const works: Work[] = [];
  let second = 0;
  let order = 0;
  let steps = 0;
  let message: string | null = null;

  const begin = (trial: Draft) => {
    const { number, points, parent } = trial;
    if ((points.at(-1)?.step ?? parent?.step ?? 0) >= length) {
      trial.state = "completed";
      return;
    }
    trial.state = "running";
    works.push({ number, second: second + secondsPerStep(number), order: order++ });
  };
  const start = (parent: TrialCurve["parent"]) => {
    const number = trials.length;
    const trial: Draft = {
      number,
      state: "running",
      points: [],
      length: (options.declaresLength ?? true) ? length : Infinity,
      configuration: number,
      replicate: 0,
      ruling: null,
      parent,
      rulings: [],
    };
    trials.push(trial);
    begin(trial);
  };
  const rule = (trial: Draft, ruling: Ruling) => {
    trial.ruling = ruling;
    trial.rulings.push(ruling);
    trial.state = ruling.action === "pause" ? "paused" : ruling.action === "stop" ? "stopped" : "completed";
  };
  const settle = () => {
    for (const { number, ruling } of scheduler.settle?.({ trials, canStart: trials.length < maxTrials }) ??
      []) {
      const trial = trials[number]!;
      if (trial.state !== "paused") throw new Error(`settles trial ${number}, which is ${trial.state}`);
      rule(trial, ruling);
    }
  };
  /** False when there is nothing to do now. */
  const employ = (): boolean => {
    const canStart = trials.length < maxTrials;
    const assignment: Assignment =
      scheduler.assign?.({ trials, canStart }) ?? (canStart ? { action: "start" } : { action: "wait" });
    if (assignment.action === "wait") return false;
    events.push({ second, assignment });
    if (assignment.action === "end") {
      message = assignment.message;
      return false;
    }
    if (assignment.action === "start") {
      if (!canStart) throw new Error(`starts trial ${trials.length} of ${maxTrials}`);
      start(assignment.parent ?? null);
      return true;
    }
    const trial = trials[assignment.number];
    if (trial?.state !== "paused") throw new Error(`resumes trial ${assignment.number}, which is not paused`);
    begin(trial);
    return true;
  };
  const step = ({ number }: Work) => {
    const trial = trials[number]!;
    const before = trial.points.at(-1)?.step ?? trial.parent?.step ?? 0;
    const loss = lossAt(trial, before + 1);
    if (loss === null) {
      trial.state = "failed";
      return;
    }
    steps++;
    trial.points.push({ step: before + 1, loss });
    if (scheduler.nextStep(trial, before) <= before + 1) {
      const ruling = scheduler.judge(trial, trials);
      if (ruling !== null) return rule(trial, ruling);
    }
    begin(trial);
  };

  for (;;) {
    if (options.settlesAtOnce ?? true) settle();
    while (message === null && works.length < workers && employ());
    if (works.length === 0) break;
    works.sort((a, b) => b.second - a.second || b.order - a.order);
    const next = works.pop()!;
    second = next.second;
    step(next);
  }
  settle();
  const waitsForNothing = message === null && trials.some(({ state }) => state === "paused");
  if (waitsForNothing) throw new Error("waits although no trial is running");
  return { trials, steps, seconds: second, events, message };
}
