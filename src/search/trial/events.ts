/**
 * The study's log: what happened, in order, and never changed. Each event that touches a trial holds what it changed, so that
 * the trials as they were after any event follow from the log alone.
 */
import type { Json } from "../../base/index.ts";
import type { StudyDefinition, StudyEnd, TrialId, TrialRecord, TrialState } from "./records.ts";

/** What of a trial's record an event can change: not what names it, nor a lease's renewals, which are not logged. */
export type TrialChanges = Partial<Omit<TrialRecord, "id" | "studyId" | "number" | "revision">>;

export type StudyEvent =
  | {
      readonly kind: "study-created" | "study-revised";
      readonly version: number;
      readonly definition: StudyDefinition;
      /** What was changed and why. */
      readonly note: string;
    }
  | { readonly kind: "study-ended"; readonly end: StudyEnd }
  /** An end was taken back: trials are created again. */
  | { readonly kind: "study-reopened" }
  | { readonly kind: "stop-requested" }
  | { readonly kind: "stop-cleared" }
  /** The changes are the whole record. */
  | { readonly kind: "trial-created"; readonly number: number; readonly changes: TrialChanges }
  | { readonly kind: `trial-${TrialState}`; readonly number: number; readonly changes: TrialChanges }
  /** An attempt that had lost its trial wanted to write; nothing of it was taken. */
  | {
      readonly kind: "write-refused";
      readonly number: number;
      readonly attempt: number;
      readonly worker: string;
      readonly write: "observations" | "ending";
      /** How many observations the write held. */
      readonly observations: number;
    }
  | { readonly kind: "test-opened"; readonly number: number; readonly ordinal: number };

/** An event as it is remembered. */
export type EventRecord = StudyEvent & {
  /** 1, 2, 3 ... within the study, without gaps in what is logged; a change of a trial has it as its revision. */
  readonly sequence: number;
  readonly time: number;
};

/** The event of a trial's change; `before` is null for a new trial. */
export function trialEvent(before: TrialRecord | null, after: TrialRecord): StudyEvent {
  const kind = before === null ? "trial-created" : (`trial-${after.state}` as const);
  const { id: _, studyId: __, number, revision: ___, ...record } = after;
  const entries = Object.entries(record) as [keyof typeof record, Json][];
  const changed = entries.filter(
    ([key, value]) => before === null || JSON.stringify(before[key]) !== JSON.stringify(value),
  );
  return { kind, number, changes: Object.fromEntries(changed) as TrialChanges };
}

/** A trial as the log tells it: without what the store names it by. */
export type ReplayedTrial = Omit<TrialRecord, "id" | "studyId"> & { readonly id?: TrialId };

/**
 * The trials as they were after the last of the events, by number. What the log does not tell: renewals of a running
 * trial's lease. Trials that were created before the store kept a log are left out.
 *
 * @param events from the study's first on, in order
 */
export function replayTrials(events: readonly EventRecord[]): ReadonlyMap<number, ReplayedTrial> {
  const trials = new Map<number, ReplayedTrial>();
  for (const event of events) {
    if (!("changes" in event)) continue;
    const { number, changes, sequence, kind } = event;
    const before = trials.get(number);
    if (before === undefined && kind !== "trial-created") continue;
    trials.set(number, { ...before, ...changes, number, revision: sequence } as ReplayedTrial);
  }
  return trials;
}
