/**
 * Watches a store from outside while a study is under way. It keeps a model of its own of who holds which trial, from what the
 * store says that it did, and complains about the first step that breaks a promise.
 */
import { TunesmithError } from "../../base/index.ts";
import type { ClaimOptions, Lease, Storage } from "../../search/storage/index.ts";
import {
  canTransition,
  isFinished,
  type EventRecord,
  type LeaseRecord,
  type StudyDefinition,
  type StudyId,
  type TrialId,
  type TrialRecord,
  type TrialState,
} from "../../search/trial/index.ts";
import { broken } from "./broken-promise.ts";
import type { CarriedOut } from "./simulated-store.ts";

type TrialEvent = Extract<EventRecord, { readonly changes: unknown }>;

interface KnownTrial {
  state: TrialState;
  attempt: number;
  leaseMs: number;
  /** In true time: when the claim or the last renewal since reached the store. */
  renewedAt: number;
  /** By the time that a renewal named: when it first came. What overtook another and comes again is no sign of life. */
  firstRenewedAt: Map<number, number>;
}

/** Between two looks of an undisturbed process: a second, and what its calls take. */
export const longestLookGapMs = 1500;

export interface OracleOptions {
  readonly storage: Storage;
  readonly studyId: StudyId;
  readonly definition: StudyDefinition;
  /** The true time. */
  readonly now: () => number;
  /** Since when somebody has looked for silent workers without a gap; Infinity when nobody does. */
  readonly steadySince: () => number;
}

export class StudyOracle {
  readonly #options: OracleOptions;
  readonly #trials: KnownTrial[] = [];
  readonly #numbers = new Map<TrialId, number>();
  #definition: StudyDefinition;
  #hasEnded = false;
  #sequence = 0;
  #mark = -1;
  handedOver = 0;
  refusedWrites = 0;
  /** The longest that a trial stayed with a silent worker while somebody looked all the time. */
  longestHandOverMs = 0;

  constructor(options: OracleOptions) {
    this.#options = options;
    this.#definition = options.definition;
  }

  get definition(): StudyDefinition {
    return this.#definition;
  }

  /** True when no trial is left to be run or created. */
  get isOver(): boolean {
    const hasAll = this.#hasEnded || this.#trials.length >= this.#definition.maxTrials;
    return hasAll && this.#trials.every(({ state }) => isFinished(state));
  }

  /** To be told of every call, in the order in which the store carried them out. */
  async carriedOut({ name, given, outcome }: CarriedOut): Promise<void> {
    const answer = "error" in outcome ? null : outcome.answer;
    const error = "error" in outcome ? outcome.error : null;
    const isRefused = error instanceof TunesmithError && error.code === "LEASE_LOST";
    if (error !== null && !isRefused) broken(`${name} failed: ${String(error)}`);
    switch (name) {
      case "renewLease":
      case "appendObservations":
      case "finishAttempt":
        this.#checkWrite(given[0] as Lease, { name, isRefused, now: timeIn(given) });
        break;
      case "createTrial":
      case "claimWaiting":
      case "claimPaused":
        if (answer !== null) this.#checkClaim(answer as TrialRecord, given.at(-1) as ClaimOptions);
        break;
      case "loseLease":
        if (answer !== null) this.#checkLoss(given[0] as LeaseRecord);
        break;
      default:
    }
    await this.#readLog();
  }

  /** A process has looked at all leases. @param steadySince since when it has done so without a gap */
  looked(steadySince: number): void {
    for (const [number, { state, renewedAt, leaseMs }] of this.#trials.entries()) {
      const watchedMs = this.#options.now() - Math.max(renewedAt, steadySince);
      if (state !== "running" || watchedMs <= leaseMs + 3 * longestLookGapMs) continue;
      broken(`trial ${number} is still with a worker that has said nothing for ${watchedMs} ms`);
    }
  }

  /** A write is taken from whoever holds the trial, and from nobody else. */
  #checkWrite(
    { trialId, attempt }: Lease,
    { name, isRefused, now }: { name: string; isRefused: boolean; now: number },
  ): void {
    const number = this.#numbers.get(trialId);
    const trial = number === undefined ? undefined : this.#trials[number];
    if (trial === undefined) return broken(`${name} names trial id ${trialId}, which nobody was handed`);
    const isHeld = trial.state === "running" && trial.attempt === attempt;
    if (isRefused === isHeld) {
      broken(
        `${name} of attempt ${attempt} was ${isRefused ? "refused" : "taken"} while trial ${number} was ${trial.state} in attempt ${trial.attempt}`,
      );
    }
    if (isHeld && !trial.firstRenewedAt.has(now)) renew(trial, { at: this.#options.now(), with: now });
  }

  #checkClaim({ id, number, attempt, worker, leaseMs }: TrialRecord, claim: ClaimOptions): void {
    if (worker !== claim.worker || leaseMs !== claim.leaseMs) {
      broken(`trial ${number}, attempt ${attempt}, of \`${worker}\` was handed to \`${claim.worker}\``);
    }
    if ((this.#trials[number]?.attempt ?? 0) >= attempt) {
      broken(`attempt ${attempt} of trial ${number} was handed out a second time, to \`${worker}\``);
    }
    this.#numbers.set(id, number);
  }

  /** Only a worker that has said nothing for a whole lease loses its trial. */
  #checkLoss({ trialId, leaseExpiresAt }: LeaseRecord): void {
    const trial = this.#trials[this.#numbers.get(trialId)!]!;
    const silentMs = this.#options.now() - trial.firstRenewedAt.get(leaseExpiresAt - trial.leaseMs)!;
    if (silentMs < trial.leaseMs) {
      broken(`a worker lost its trial after ${silentMs} ms of a lease of ${trial.leaseMs} ms`);
    }
    if (this.#options.steadySince() <= trial.renewedAt) {
      this.longestHandOverMs = Math.max(this.longestHandOverMs, silentMs);
    }
  }

  async #readLog(): Promise<void> {
    const { storage, studyId } = this.#options;
    const mark = await storage.changeMark();
    if (mark === this.#mark) return;
    this.#mark = mark;
    for (const event of await storage.listEvents(studyId, { after: this.#sequence })) {
      if (event.sequence !== this.#sequence + 1) {
        broken(`event ${event.sequence} follows event ${this.#sequence}`);
      }
      this.#sequence = event.sequence;
      this.#take(event);
    }
  }

  #take(event: EventRecord): void {
    switch (event.kind) {
      case "study-created":
      case "study-revised":
        this.#definition = event.definition;
        return this.#checkBudget();
      case "study-ended":
      case "study-reopened":
        this.#hasEnded = event.kind === "study-ended";
        return;
      case "stop-requested":
      case "stop-cleared":
      case "test-opened":
        return;
      case "write-refused":
        this.refusedWrites += 1;
        return;
      case "trial-created":
        return this.#create(event);
      default:
        this.#change(event);
    }
  }

  #create({ number, changes: { origin } }: TrialEvent): void {
    if (number !== this.#trials.length)
      broken(`trial ${number} was created after ${this.#trials.length} trials`);
    const isAskedFor = origin?.by === "given" && origin.initial === undefined;
    if (this.#hasEnded && !isAskedFor) broken(`trial ${number} was created after the study had ended`);
    this.#trials.push({ state: "waiting", attempt: 0, leaseMs: 0, renewedAt: 0, firstRenewedAt: new Map() });
    this.#checkBudget();
  }

  #checkBudget(): void {
    const { maxTrials } = this.#definition;
    if (this.#trials.length > maxTrials) broken(`there are ${this.#trials.length} trials of ${maxTrials}`);
  }

  #change({ number, changes }: TrialEvent): void {
    const trial = this.#trials[number]!;
    const { state = trial.state, attempt = trial.attempt, reason } = changes;
    if (isFinished(trial.state)) broken(`trial ${number} changed after it was ${trial.state}`);
    if (!canTransition(trial.state, state)) broken(`trial ${number} went from ${trial.state} to ${state}`);
    if (attempt !== trial.attempt + (state === "running" ? 1 : 0)) {
      broken(`trial ${number} is ${state} in attempt ${attempt} after attempt ${trial.attempt}`);
    }
    const fixed = ["document", "parameters", "seed", "origin", "labels", "createdAt"].find((key) =>
      Object.hasOwn(changes, key),
    );
    if (fixed !== undefined) broken(`the ${fixed} of trial ${number} changed`);
    if (state === "running") {
      trial.leaseMs = changes.leaseMs!;
      trial.firstRenewedAt = new Map();
      renew(trial, { at: this.#options.now(), with: changes.leaseExpiresAt! - trial.leaseMs });
    }
    if (reason?.kind === "lost") this.handedOver += 1;
    Object.assign(trial, { state, attempt });
  }
}

function renew(trial: KnownTrial, times: { readonly at: number; readonly with: number }): void {
  trial.renewedAt = times.at;
  trial.firstRenewedAt.set(times.with, times.at);
}

/** The `now` of a write under a lease: a number, or in the last of its options. */
function timeIn(given: readonly unknown[]): number {
  const last = given.at(-1);
  return typeof last === "number" ? last : (last as { readonly now: number }).now;
}
