import { systemClock, TunesmithError, type Clock } from "../../base/index.ts";
import type { Evaluation } from "../samplers/index.ts";
import type { Configuration } from "../space/index.ts";
import type { Lease, Measurement, Storage, TrialOutcome } from "../storage/index.ts";
import {
  type EventRecord,
  type Observation,
  type Ruling,
  type StudyDefinition,
  type StudyEnd,
  type StudyRecord,
  type StudyVersion,
  type TrialReason,
  type TrialRecord,
  type TrialResult,
} from "../trial/index.ts";
import { rankBest, type BestOptions, type BestTrial } from "./best-trial.ts";
import { checkDefinition } from "./check-definition.ts";
import { CurveReader } from "./curve-reader.ts";
import { EvaluationBook } from "./evaluations.ts";
import { Dispatcher } from "./dispatcher.ts";
import { followEvents, type FollowOptions } from "./follow-events.ts";
import { Judge, reasonOf } from "./judge.ts";
import { LeaseWatch } from "./lease-watch.ts";
import { measureTrial } from "./measure-trial.ts";
import { Proposer } from "./proposer.ts";
import { frontOf, rankConfigurations, type FrontTrial, type RankedConfiguration } from "./ranking.ts";
import { reviseDefinition, type Revision } from "./revise.ts";
import { outcomeOf, type Told } from "./tell.ts";
import { TrialHistory } from "./trial-history.ts";

/**
 * A worker that says nothing for this long has lost its trial. Shorter, and a pause of the machine takes trials from
 * living workers; longer, and the trials of a dead one wait.
 */
export const defaultLeaseMs = 10_000;

/** Whoever asks and tells by hand has no heartbeat, and may take a weekend. */
const askedLeaseMs = 365 * 24 * 3600 * 1000;

export interface StudyOptions {
  readonly storage: Storage;
  /** Defaults to the machine's. */
  readonly clock?: Clock;
  /** Defaults to 10 s. */
  readonly leaseMs?: number;
}

export interface ClaimSettings {
  /** Defaults to the study's own. */
  readonly leaseMs?: number;
  /** What the worker has; trials that ask for more are left to others. Defaults to nothing. */
  readonly labels?: readonly string[];
}

/** A definition as a program writes it: the seed from 0 to 2^64 - 1, as text above 2^53. */
export type StudyDefinitionInput = Omit<StudyDefinition, "seed"> & { readonly seed: number | string };

export interface StudyProgress {
  /** The number of trials that the study will have; of one that ended early, those that it has. */
  readonly total: number;
  readonly waiting: number;
  readonly running: number;
  readonly paused: number;
  readonly completed: number;
  readonly stopped: number;
  readonly failed: number;
  /** Trials not finished, those that do not exist yet among them. */
  readonly remaining: number;
  readonly isFinished: boolean;
  /** Why it ended before all its trials; null when it did not. */
  readonly ended: StudyEnd | null;
}

/** What decides, made from one version of the definition. */
interface Parts {
  readonly proposer: Proposer;
  readonly judge: Judge;
  readonly dispatcher: Dispatcher;
}

/**
 * One search: hands out trials, takes what they report, decides which go on, and says which was best. Any number of processes may
 * each have a `Study` on the same store; they meet in the storage's transactions and never exceed `maxTrials` together.
 */
export class Study {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #leaseMs: number;
  readonly #history: TrialHistory;
  readonly #watch = new LeaseWatch();
  readonly #claimed = new Map<number, TrialRecord>();
  #record: StudyRecord;
  #parts: Parts;

  private constructor(record: StudyRecord, options: StudyOptions) {
    this.#storage = options.storage;
    this.#clock = options.clock ?? systemClock;
    this.#leaseMs = options.leaseMs ?? defaultLeaseMs;
    this.#history = new TrialHistory(options.storage, record.id);
    this.#record = record;
    this.#parts = this.#createParts(record.definition);
  }

  /**
   * A new study in the store.
   *
   * @throws INVALID_USAGE, INVALID_SPACE before anything is written; STUDY_EXISTS
   */
  static async create(options: StudyOptions & { readonly definition: StudyDefinitionInput }): Promise<Study> {
    const { storage, clock = systemClock } = options;
    const definition = checkDefinition(options.definition);
    return new Study(await storage.createStudy(definition, clock.now()), options);
  }

  /** @throws STUDY_NOT_FOUND, with the nearest name. */
  static async open(options: StudyOptions & { readonly name: string }): Promise<Study> {
    return new Study(await options.storage.getStudy(options.name), options);
  }

  /** As it was when this object last looked: every `claim` does. */
  get record(): StudyRecord {
    return this.#record;
  }

  /**
   * A trial to run under a lease that the caller renews by `heartbeat` or `report`: one that waits, one that was paused and
   * may go on, else a new one. Null when there is nothing to do now: all trials exist and none waits, the next one has to wait
   * for others' results or for a worker with other labels, the study has ended, or a stop was requested.
   */
  async claim(
    worker: string,
    { leaseMs = this.#leaseMs, labels = [] }: ClaimSettings = {},
  ): Promise<TrialRecord | null> {
    while (true) {
      await this.#refresh();
      if (this.#record.stopRequested) return null;
      await this.watchLeases(worker);
      const claim = { worker, now: this.#clock.now(), leaseMs, labels };
      const waiting = await this.#storage.claimWaiting(this.#record.id, claim);
      const taken = waiting ?? (await this.#parts.dispatcher.next(this.#record, claim));
      if (taken === "again") continue;
      if (taken !== null) this.#claimed.set(taken.id, taken);
      return taken;
    }
  }

  /**
   * Puts the trials of workers that have fallen silent back to waiting; returns them. A worker is silent when its lease
   * stays the same for its whole length, over looks at most some seconds apart: to be called about each second, busy or idle.
   * Where many trials run not every call looks.
   */
  async watchLeases(watcher: string): Promise<readonly TrialRecord[]> {
    const { seed } = this.#record.definition;
    if (!this.#watch.isDue(this.#clock.elapsed(), { seed, watcher })) return [];
    const leases = await this.#storage.listLeases(this.#record.id);
    const lost: TrialRecord[] = [];
    for (const lease of this.#watch.look(leases, this.#clock.elapsed())) {
      const trial = await this.#storage.loseLease(lease, this.#clock.now());
      if (trial !== null) lost.push(trial);
    }
    return lost;
  }

  /** @throws LEASE_LOST */
  async heartbeat(lease: Lease): Promise<void> {
    await this.#storage.renewLease(lease, this.#clock.now());
  }

  /**
   * Appends observations and renews the lease.
   *
   * @returns what the scheduler rules, for the caller to obey by `stop`, `pause` or `complete`; null: go on
   * @throws LEASE_LOST
   */
  async report(lease: Lease, observations: readonly Observation[]): Promise<Ruling | null> {
    await this.#storage.appendObservations(lease, observations, this.#clock.now());
    const { metric } = this.#record.definition.objective;
    const steps = observations.filter((one) => one.metric === metric).map(({ step }) => step);
    const trial = this.#claimed.get(lease.trialId);
    return trial === undefined ? null : this.#parts.judge.judge(trial, steps);
  }

  /**
   * To be called with all that was reported up to the checkpoint that an attempt goes on from: adds what the store does not have.
   * A worker that had lost the trial may have written the checkpoint after another attempt, which began earlier, took the
   * place of what that worker had reported.
   *
   * @throws LEASE_LOST
   */
  async restore(lease: Lease, observations: readonly Observation[]): Promise<void> {
    const stored = await this.#storage.listObservations(lease.trialId);
    const known = new Set(stored.map(({ metric, step }) => `${step} ${metric}`));
    const missing = observations.filter(({ metric, step }) => !known.has(`${step} ${metric}`));
    if (missing.length === 0) return;
    const first = missing.reduce((least, { step }) => Math.min(least, step), Number.POSITIVE_INFINITY);
    const rest = observations.filter(({ step }) => step >= first);
    await this.#storage.appendObservations(lease, rest, this.#clock.now());
  }

  /** The first step after `step` whose report may bring a ruling; Infinity when there is none. */
  nextJudgement(trial: TrialRecord, step: number): number {
    return this.#parts.judge.nextStep(trial, step);
  }

  /** Ends the trial with its result; the objectives' values come from its curves, `observations` included. @throws LEASE_LOST */
  async complete(
    lease: Lease,
    options: {
      /** Null for a trial that leaves nothing but its values. */
      readonly result: TrialResult | null;
      readonly observations?: readonly Observation[];
      /** Why it was completed before all its epochs were done. */
      readonly reason?: TrialReason;
      /** The same, of a scheduler. */
      readonly ruling?: Ruling;
      readonly found?: TrialOutcome["found"];
    },
  ): Promise<void> {
    const { result, observations = [], ruling, found } = options;
    const reason = ruling === undefined ? options.reason : this.#reasonOf(ruling);
    const ending = { ...(reason === undefined ? {} : { reason }), ...(found === undefined ? {} : { found }) };
    await this.#end(lease, observations, (measured) => ({
      state: "completed",
      ...measured,
      result,
      ...ending,
    }));
  }

  /** Ends the trial as the scheduler ruled, with what was measured of it so far. @throws LEASE_LOST */
  async stop(
    lease: Lease,
    options: {
      readonly ruling: Ruling;
      readonly result?: TrialResult | null;
      readonly observations?: readonly Observation[];
      readonly found?: TrialOutcome["found"];
    },
  ): Promise<void> {
    const { ruling, result = null, observations = [], found } = options;
    const ending = { result, reason: this.#reasonOf(ruling), ...(found === undefined ? {} : { found }) };
    await this.#end(lease, observations, (measured) => ({ state: "stopped", ...measured, ...ending }));
  }

  /** Puts the trial aside as the scheduler ruled; a later `claim` may go on with it. @throws LEASE_LOST */
  async pause(
    lease: Lease,
    options: {
      readonly ruling: Ruling;
      readonly result?: TrialResult | null;
      readonly observations?: readonly Observation[];
    },
  ): Promise<void> {
    const { ruling, result = null, observations = [] } = options;
    const reason = this.#reasonOf(ruling);
    await this.#end(lease, observations, (measured) => ({ state: "paused", ...measured, result, reason }));
  }

  /** Ends the trial without a value. @throws LEASE_LOST */
  async fail(
    lease: Lease,
    options: {
      readonly reason: TrialReason;
      readonly result?: TrialResult;
      readonly observations?: readonly Observation[];
    },
  ): Promise<void> {
    const { reason, result = null, observations = [] } = options;
    const outcome = { state: "failed", reason, result } as const;
    await this.#storage.finishAttempt(lease, outcome, { now: this.#clock.now(), observations });
  }

  /** Gives the trial back unfinished, for another attempt to go on with. @throws LEASE_LOST */
  async handBack(
    lease: Lease,
    options: { readonly reason?: TrialReason; readonly observations?: readonly Observation[] } = {},
  ): Promise<void> {
    const { reason = null, observations = [] } = options;
    await this.#storage.finishAttempt(
      lease,
      { state: "waiting", reason },
      { now: this.#clock.now(), observations },
    );
  }

  /** Puts the trials of a worker that is known to be dead back at once; returns them. */
  async releaseWorker(worker: string): Promise<TrialRecord[]> {
    return this.#storage.releaseWorker(this.#record.id, worker, this.#clock.now());
  }

  /** A trial to be measured by the caller, who answers by `tell`. Null as `claim` says. */
  async ask(): Promise<TrialRecord | null> {
    return this.claim("ask", { leaseMs: askedLeaseMs });
  }

  /**
   * Answers for a trial that was asked for.
   *
   * @throws TRIAL_NOT_FOUND; INVALID_TRANSITION for a trial that does not run, such as one that was told already;
   *   INVALID_USAGE for values that are not finite or not one per objective
   */
  async tell(number: number, told: Told): Promise<void> {
    const trial = await this.#storage.getTrial(this.#record.id, number);
    const outcome = outcomeOf(trial, told, this.#record.definition);
    const lease = { trialId: trial.id, attempt: trial.attempt };
    await this.#storage.finishAttempt(lease, outcome, { now: this.#clock.now() });
  }

  /**
   * Asks for a configuration to be tried next; what it leaves out is drawn. It counts among the trials of the study.
   *
   * @throws INVALID_SPACE for values that the space does not have; INVALID_USAGE when no trial is left
   */
  async enqueue(parameters: Configuration): Promise<TrialRecord> {
    while (true) {
      await this.#refresh();
      const { id, definition } = this.#record;
      if (this.#history.trials.length >= definition.maxTrials) {
        throw new TunesmithError("INVALID_USAGE", {
          message: `study \`${definition.name}\`: it must have a trial left, got ${definition.maxTrials} of ${definition.maxTrials}.`,
          hint: "Extend the study first.",
          facts: { maxTrials: definition.maxTrials },
        });
      }
      const trial = await this.#parts.proposer.enqueued(parameters);
      const waiting = await this.#storage.enqueueTrial(id, trial, this.#clock.now());
      if (waiting !== null) return waiting;
    }
  }

  /**
   * Changes the study while it lives: its space, budget, sampler, scheduler or end rules. Earlier trials stay, and count as far
   * as they lie in the space. A study that had ended goes on.
   *
   * @param change what is to be changed; a function of the definition where it depends on what others may be changing
   * @param note what was changed and why, for people
   * @throws INVALID_USAGE, INVALID_SPACE
   */
  async revise(
    change: Revision | ((definition: StudyDefinition) => Revision),
    note: string,
  ): Promise<StudyRecord> {
    while (true) {
      await this.#refresh();
      const { id, version, definition: current } = this.#record;
      const revision = typeof change === "function" ? change(current) : change;
      const definition = reviseDefinition(current, revision, this.#history.trials.length);
      const now = this.#clock.now();
      const revised = await this.#storage.reviseStudy(id, { definition, version, note, now });
      if (revised === null) continue;
      await this.#refresh();
      return this.#record;
    }
  }

  /** Every version that the definition had, the current one last. */
  async versions(): Promise<StudyVersion[]> {
    return this.#storage.listVersions(this.#record.id);
  }

  /** The study's log, in order. @param limit defaults to all */
  async events(options: { readonly after?: number; readonly limit?: number } = {}): Promise<EventRecord[]> {
    return this.#storage.listEvents(this.#record.id, options);
  }

  /** The study's log in batches as it grows, whichever processes write it. */
  followEvents(options: FollowOptions): AsyncGenerator<readonly EventRecord[]> {
    return followEvents(this.#storage, this.#record.id, options);
  }

  async progress(): Promise<StudyProgress> {
    const counts = await this.#storage.countByState(this.#record.id);
    const { definition, ended } = await this.#storage.getStudy(this.#record.definition.name);
    const created = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const total = ended === null ? definition.maxTrials : created;
    const remaining = total - counts.completed - counts.stopped - counts.failed;
    return { total, ...counts, remaining, isFinished: remaining === 0, ended };
  }

  /** Null while no trial is completed with a value. */
  async best(options: BestOptions = {}): Promise<BestTrial | null> {
    await this.#history.refresh();
    const ranked = rankBest(this.#history.trials, this.#record.definition, options);
    if (ranked === null) return null;
    const { number, ...rest } = ranked;
    return { trial: this.#history.trials[number]!, ...rest };
  }

  /** What a sampler is shown that looks at curves: one evaluation for each configuration, in losses. */
  async evaluations(): Promise<readonly Evaluation[]> {
    await this.#history.refresh();
    const { trials } = this.#history;
    const { definition } = this.#record;
    const book = new EvaluationBook(definition);
    book.update(trials, await new CurveReader(this.#storage, definition.objective).readAll(trials));
    return book.evaluations;
  }

  /** Every configuration with its trials, the best first; those without a value last. */
  async configurations(): Promise<readonly RankedConfiguration[]> {
    await this.#history.refresh();
    return rankConfigurations(this.#history.trials, this.#record.definition);
  }

  /** With several objectives: the completed trials that no other beats in all of them; those that keep the constraints. */
  async front(): Promise<readonly FrontTrial[]> {
    await this.#history.refresh();
    return frontOf(this.#history.trials, this.#record.definition);
  }

  /** From now on `claim` gives null, in every process. */
  async requestStop(): Promise<void> {
    await this.#storage.setStopRequested(this.#record.id, true, this.#clock.now());
  }

  async clearStop(): Promise<void> {
    await this.#storage.setStopRequested(this.#record.id, false, this.#clock.now());
  }

  async #refresh(): Promise<void> {
    const record = await this.#storage.getStudy(this.#record.definition.name);
    if (record.version !== this.#record.version) this.#parts = this.#createParts(record.definition);
    this.#record = record;
    await this.#history.refresh();
  }

  #createParts(definition: StudyDefinition): Parts {
    const curves = new CurveReader(this.#storage, definition.objective);
    const proposer = new Proposer(definition, this.#history, curves);
    const judge = new Judge(definition, this.#history, curves);
    const dispatcher = new Dispatcher({ storage: this.#storage, history: this.#history, proposer, judge });
    return { proposer, judge, dispatcher };
  }

  async #end(
    lease: Lease,
    observations: readonly Observation[],
    outcome: (measured: Measurement) => TrialOutcome,
  ): Promise<void> {
    const { definition } = this.#record;
    const measured = await measureTrial(lease, { definition, storage: this.#storage, observations });
    await this.#storage.finishAttempt(lease, outcome(measured), { now: this.#clock.now(), observations });
    this.#claimed.delete(lease.trialId);
  }

  #reasonOf(ruling: Ruling): TrialReason {
    return reasonOf(ruling, this.#record.definition.objective);
  }
}
