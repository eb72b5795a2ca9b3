import { canRun, type ClaimOptions, type Storage } from "../storage/index.ts";
import type { Ruling, StudyEnd, StudyRecord, TrialReason, TrialRecord } from "../trial/index.ts";
import { reasonOf, type Judge } from "./judge.ts";
import type { Proposal, Proposer } from "./proposer.ts";
import type { TrialHistory } from "./trial-history.ts";

/** A trial to run, nothing to do now, or another process was faster: look again. */
type Taken = TrialRecord | null | "again";

/** More trials that wait for workers with other labels would be proposed too long before there are results to propose from. */
const mostWaiting = 8;

interface DispatcherOptions {
  readonly storage: Storage;
  readonly history: TrialHistory;
  readonly proposer: Proposer;
  readonly judge: Judge;
}

/** What a free worker gets when no trial waits: a paused one that may go on, or a new one; and the end when there is neither. */
export class Dispatcher {
  readonly #storage: Storage;
  readonly #history: TrialHistory;
  readonly #proposer: Proposer;
  readonly #judge: Judge;

  constructor({ storage, history, proposer, judge }: DispatcherOptions) {
    this.#storage = storage;
    this.#history = history;
    this.#proposer = proposer;
    this.#judge = judge;
  }

  async next(record: StudyRecord, claim: ClaimOptions): Promise<Taken> {
    const { id, definition, ended } = record;
    if (ended !== null) return this.#close(record, { end: ended, now: claim.now });
    // What waits is for workers with other labels.
    const waiting = this.#history.trials.filter(({ state }) => state === "waiting").length;
    if (definition.labels !== undefined && waiting >= mostWaiting) return null;
    const canStart = this.#history.trials.length < definition.maxTrials;
    const assignment = await this.#judge.assign(canStart);
    switch (assignment.action) {
      case "resume": {
        const paused = this.#history.trials[assignment.number]!;
        if (!canRun(paused, claim)) return null;
        return (await this.#storage.claimPaused(id, assignment.number, claim)) ?? "again";
      }
      case "wait":
        return null;
      case "end": {
        const end = { rule: definition.scheduler!.name, message: assignment.message };
        return this.#close(record, { end, now: claim.now });
      }
      case "start":
        return canStart ? this.#create(record, await this.#proposer.propose(assignment.parent), claim) : null;
      default:
        return assignment satisfies never;
    }
  }

  async #create(record: StudyRecord, proposal: Proposal, claim: ClaimOptions): Promise<Taken> {
    switch (proposal.action) {
      case "create": {
        const { labels = [] } = proposal.trial;
        if (canRun({ labels }, claim)) {
          return (await this.#storage.createTrial(record.id, proposal.trial, claim)) ?? "again";
        }
        await this.#storage.enqueueTrial(record.id, proposal.trial, claim.now);
        return "again";
      }
      case "reuse": {
        const created = await this.#storage.createTrial(record.id, proposal.trial, claim);
        if (created !== null) await this.#repeat(created, { from: proposal.from, now: claim.now });
        return "again";
      }
      case "wait":
        return null;
      case "end":
        return this.#close(record, { end: proposal.end, now: claim.now });
      default:
        return proposal satisfies never;
    }
  }

  /** Gives a trial the result of an earlier one with the same document. */
  async #repeat(created: TrialRecord, { from, now }: { from: TrialRecord; now: number }): Promise<void> {
    const { objectiveValue, otherValues, violations, result, number } = from;
    const message = `the result of trial ${number}, which has the same configuration`;
    const reason: TrialReason = { kind: "reused", message, facts: { number } };
    const outcome = { state: "completed", objectiveValue, otherValues, violations, result, reason } as const;
    await this.#storage.finishAttempt({ trialId: created.id, attempt: created.attempt }, outcome, { now });
  }

  /** No trial begins any more; what is paused ends where it is. */
  async #close(
    { id, definition, version, ended }: StudyRecord,
    { end, now }: { readonly end: Omit<StudyEnd, "endedAt">; readonly now: number },
  ): Promise<Taken> {
    const isEarly = this.#history.trials.length < definition.maxTrials;
    if (ended === null && isEarly) {
      const ending = { end: { ...end, endedAt: now }, version, now };
      if (!(await this.#storage.endStudy(id, ending))) return "again";
    }
    const paused = this.#history.trials.filter(({ state }) => state === "paused");
    if (paused.length === 0) return null;
    const rulings: ReadonlyMap<number, Ruling> = await this.#judge.settle();
    for (const { number, reason } of paused) {
      const ruling = rulings.get(number);
      const ending: TrialReason =
        ruling === undefined
          ? { kind: "study-ended", message: `the study ended: ${end.message}`, facts: { ...reason?.facts } }
          : reasonOf(ruling, definition.objective);
      await this.#storage.stopPaused(id, number, { reason: ending, now });
    }
    return null;
  }
}
