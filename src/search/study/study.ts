import { deriveSeed, toSeed, TunesmithError, type Clock, type Json } from "../../base/index.ts";
import { createSampler, type Evaluation, type Sampler } from "../samplers/index.ts";
import { checkPaths } from "../space/index.ts";
import type { Lease, Storage } from "../storage/index.ts";
import {
  parseStudyDefinition,
  reduceCurve,
  succeedCurve,
  type Objective,
  type Observation,
  type StudyDefinition,
  type StudyRecord,
  type TrialOrigin,
  type TrialReason,
  type TrialRecord,
  type TrialResult,
} from "../trial/index.ts";
import { rankBest, type BestOptions, type BestTrial } from "./best-trial.ts";
import { documentOf } from "./document-of.ts";

/**
 * A worker that says nothing for this long has lost its trial. Shorter, and a pause of the machine takes trials from
 * living workers; longer, and the trials of a dead one wait.
 */
export const defaultLeaseMs = 15_000;

export interface StudyOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  /** Defaults to 15 s. */
  readonly leaseMs?: number;
}

export interface StudyProgress {
  /** The number of trials that the study will have. */
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
}

/**
 * One search: hands out trials, takes what they report, and says which was best. Any number of processes may each have
 * a `Study` on the same store; they meet in the storage's transactions and never exceed `maxTrials` together.
 */
export class Study {
  /** As it was when this object was made; `stopRequested` may have changed since. */
  readonly record: StudyRecord;
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #leaseMs: number;
  readonly #sampler: Sampler;

  private constructor(record: StudyRecord, sampler: Sampler, options: StudyOptions) {
    this.record = record;
    this.#sampler = sampler;
    this.#storage = options.storage;
    this.#clock = options.clock;
    this.#leaseMs = options.leaseMs ?? defaultLeaseMs;
  }

  /**
   * A new study in the store.
   *
   * @throws INVALID_USAGE, INVALID_SPACE before anything is written; STUDY_EXISTS
   */
  static async create(options: StudyOptions & { readonly definition: StudyDefinition }): Promise<Study> {
    const definition = parseStudyDefinition(options.definition);
    const sampler = createSampler(definition.sampler, definition.space);
    if (sampler.size !== null && definition.maxTrials > sampler.size) {
      throw new TunesmithError("INVALID_USAGE", {
        message: `study \`${definition.name}\`: \`maxTrials\` must be at most the ${sampler.size} points of the ${sampler.name}, got ${definition.maxTrials}.`,
        hint: `Ask for ${sampler.size} trials or fewer, or use the sampler \`random\`.`,
        facts: { maxTrials: definition.maxTrials, size: sampler.size },
      });
    }
    const { baseDocument, space, seed } = definition;
    if (typeof baseDocument !== "object" || baseDocument === null || Array.isArray(baseDocument)) {
      throw new TunesmithError("INVALID_USAGE", {
        message: `study \`${definition.name}\`: \`baseDocument\` must be an object, got ${JSON.stringify(baseDocument)}.`,
      });
    }
    checkPaths({ ...(baseDocument as { readonly [key: string]: Json }), seed }, space);
    const record = await options.storage.createStudy(definition, options.clock.now());
    return new Study(record, sampler, options);
  }

  /** @throws STUDY_NOT_FOUND, with the nearest name. */
  static async open(options: StudyOptions & { readonly name: string }): Promise<Study> {
    const record = await options.storage.getStudy(options.name);
    return new Study(record, createSampler(record.definition.sampler, record.definition.space), options);
  }

  /**
   * A trial to run under a lease that the caller renews by `heartbeat` or `report`: one that waits, else a new one.
   * Null when there is nothing to do now: all trials exist and none waits, or a stop was requested.
   */
  async claim(worker: string): Promise<TrialRecord | null> {
    const { id, definition } = this.record;
    while (true) {
      const { stopRequested } = await this.#storage.getStudy(definition.name);
      if (stopRequested) return null;
      const claim = { worker, now: this.#clock.now(), leaseMs: this.#leaseMs };
      await this.#storage.reapExpired(id, claim.now);
      const waiting = await this.#storage.claimWaiting(id, claim);
      if (waiting !== null) return waiting;
      const number = await this.#storage.countTrials(id);
      if (number >= definition.maxTrials) return null;
      const created = await this.#storage.createTrial(id, await this.#propose(number), claim);
      if (created !== null) return created;
    }
  }

  /** @throws LEASE_LOST */
  async heartbeat(lease: Lease): Promise<void> {
    await this.#storage.renewLease(lease, this.#clock.now() + this.#leaseMs);
  }

  /** Appends observations and renews the lease. @throws LEASE_LOST */
  async report(lease: Lease, observations: readonly Observation[]): Promise<void> {
    await this.#storage.appendObservations(lease, observations, this.#clock.now() + this.#leaseMs);
  }

  /** Ends the trial with its result; the objective's value comes from its curve, `observations` included. @throws LEASE_LOST */
  async complete(
    lease: Lease,
    options: {
      readonly result: TrialResult;
      readonly observations?: readonly Observation[];
      /** Why it was completed before all its epochs were done. */
      readonly reason?: TrialReason;
    },
  ): Promise<void> {
    const { result, observations = [], reason } = options;
    const { objective } = this.record.definition;
    const stored = await this.#storage.listObservations(lease.trialId, objective.metric);
    const added = observations.filter(({ metric }) => metric === objective.metric);
    const objectiveValue = reduceCurve(succeedCurve(stored, added, lease.attempt), objective);
    const ending = reason === undefined ? {} : { reason };
    const outcome = { state: "completed", objectiveValue, result, ...ending } as const;
    await this.#storage.finishAttempt(lease, outcome, { now: this.#clock.now(), observations });
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
    return this.#storage.releaseWorker(this.record.id, worker, this.#clock.now());
  }

  async progress(): Promise<StudyProgress> {
    const counts = await this.#storage.countByState(this.record.id);
    const total = this.record.definition.maxTrials;
    const remaining = total - counts.completed - counts.stopped - counts.failed;
    return { total, ...counts, remaining, isFinished: remaining === 0 };
  }

  /** Null while no trial is completed with a value. */
  async best(options: BestOptions = {}): Promise<BestTrial | null> {
    const { id, definition } = this.record;
    const ranked = rankBest(await this.#storage.listObjectiveValues(id), definition.objective, options);
    if (ranked === null) return null;
    const { number, interval, tiedWith } = ranked;
    return { trial: await this.#storage.getTrial(id, number), interval, tiedWith };
  }

  /** From now on `claim` gives null, in every process. */
  async requestStop(): Promise<void> {
    await this.#storage.setStopRequested(this.record.id, true);
  }

  async clearStop(): Promise<void> {
    await this.#storage.setStopRequested(this.record.id, false);
  }

  async #propose(number: number) {
    const { id, definition } = this.record;
    const trials = this.#sampler.usesHistory ? await this.#storage.listTrials(id) : [];
    const suggestion = this.#sampler.suggest({
      number,
      retry: 0,
      seed: definition.seed,
      space: definition.space,
      history: trials.map((trial) => evaluationOf(trial, definition.objective)),
      objectives: 1,
      maxTrials: definition.maxTrials,
    });
    const parameters = suggestion!.configuration;
    // A search over `seed` decides it, so that a configuration can be repeated with given seeds.
    const searched = parameters["seed"] as string | number | undefined;
    const seed = searched === undefined ? deriveSeed(definition.seed, "trial", number) : toSeed(searched);
    const origin: TrialOrigin = {
      by: "sampler",
      sampler: this.#sampler.name,
      why: suggestion!.why,
      configuration: number,
      replicate: 0,
      seen: { revision: 0, finished: 0, pending: 0 },
    };
    return { number, origin, parameters, seed, document: documentOf(definition, parameters, seed) };
  }
}

function evaluationOf(trial: TrialRecord, { direction }: Objective): Evaluation {
  const { number, parameters, state, objectiveValue } = trial;
  const isPending = state === "waiting" || state === "running" || state === "paused";
  const losses =
    objectiveValue === null ? null : [direction === "minimize" ? objectiveValue : -objectiveValue];
  return {
    number,
    isGiven: false,
    configuration: parameters,
    state: isPending ? "pending" : state,
    losses,
    replicates: losses === null ? 0 : 1,
    variances: null,
    violations: [],
    fidelity: state === "completed" ? 1 : 0,
    curve: [],
  };
}
