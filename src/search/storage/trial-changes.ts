/**
 * What happens to a trial when an attempt begins and ends, as pure functions of records: every storage applies the same
 * ones inside its own transaction, so they cannot drift apart.
 */
import {
  checkTransition,
  isFinished,
  type AttemptRecord,
  type StudyEvent,
  type StudyId,
  type StudyRecord,
  type TrialId,
  type TrialOrigin,
  type TrialReason,
  type TrialRecord,
} from "../trial/index.ts";
import type { ClaimOptions, Lease, NewTrial, TrialOutcome } from "./storage.ts";

/** A trial and its current attempt. */
export interface TrialAndAttempt {
  readonly trial: TrialRecord;
  readonly attempt: AttemptRecord;
}

/** True when the trial is the next one, the budget has room for it, and the study has not ended or a person asks for it. */
export function takesTrial(
  { definition, ended }: Pick<StudyRecord, "definition" | "ended">,
  { number, origin }: Pick<NewTrial, "number" | "origin">,
  trials: number,
): boolean {
  return number === trials && trials < definition.maxTrials && (ended === null || isAskedFor(origin));
}

/** True for a trial that a person enqueued. */
export function isAskedFor({ by, initial }: TrialOrigin): boolean {
  return by === "given" && initial === undefined;
}

/** The record of a trial that nobody claimed yet. */
export function newTrialRecord(
  ids: { id: TrialId; studyId: StudyId },
  trial: NewTrial,
  now: number,
): TrialRecord {
  return {
    ...ids,
    number: trial.number,
    state: "waiting",
    parameters: trial.parameters,
    seed: trial.seed,
    document: trial.document,
    attempt: 0,
    worker: null,
    leaseExpiresAt: null,
    leaseMs: null,
    labels: trial.labels ?? [],
    createdAt: now,
    startedAt: null,
    finishedAt: null,
    durationMs: 0,
    objectiveValue: null,
    otherValues: [],
    violations: [],
    origin: trial.origin,
    revision: 0,
    result: null,
    reason: null,
  };
}

/** @throws INVALID_TRANSITION unless the trial is waiting or paused. */
export function beginAttempt(trial: TrialRecord, claim: ClaimOptions): TrialAndAttempt {
  checkTransition(trial.state, "running", trial.number);
  const attempt = trial.attempt + 1;
  return {
    trial: {
      ...trial,
      state: "running",
      attempt,
      worker: claim.worker,
      leaseExpiresAt: claim.now + claim.leaseMs,
      leaseMs: claim.leaseMs,
      startedAt: trial.startedAt ?? claim.now,
      reason: null,
    },
    attempt: {
      trialId: trial.id,
      attempt,
      worker: claim.worker,
      startedAt: claim.now,
      endedAt: null,
      outcome: null,
      reason: null,
    },
  };
}

/** @throws INVALID_TRANSITION unless the trial is running. */
export function endAttempt(
  { trial, attempt }: TrialAndAttempt,
  outcome: TrialOutcome,
  now: number,
): TrialAndAttempt {
  checkTransition(trial.state, outcome.state, trial.number);
  // A clock that was set back must not make a trial's running time shrink.
  const endedAt = Math.max(now, attempt.startedAt);
  const reason = ("reason" in outcome ? outcome.reason : null) ?? null;
  const measured = measuredIn(trial, outcome);
  return {
    trial: {
      ...trial,
      state: outcome.state,
      worker: null,
      leaseExpiresAt: null,
      leaseMs: null,
      finishedAt: isFinished(outcome.state) ? endedAt : null,
      durationMs: trial.durationMs + endedAt - attempt.startedAt,
      ...measured,
      ...("found" in outcome ? outcome.found : {}),
      // A resumed trial that is handed back keeps what it had when it was paused.
      result: "result" in outcome ? outcome.result : trial.result,
      reason,
    },
    attempt: { ...attempt, endedAt, outcome: outcome.state, reason },
  };
}

/** What is known of the trial after the attempt: a resumed trial that is handed back keeps what it had. */
function measuredIn(
  trial: TrialRecord,
  outcome: TrialOutcome,
): Pick<TrialRecord, "objectiveValue" | "otherValues" | "violations"> {
  if (outcome.state === "failed") return { objectiveValue: null, otherValues: [], violations: [] };
  if (outcome.state === "waiting") {
    const { objectiveValue, otherValues, violations } = trial;
    return { objectiveValue, otherValues, violations };
  }
  const { objectiveValue, otherValues = [], violations = [] } = outcome;
  return {
    objectiveValue: finiteOrNull(objectiveValue),
    otherValues: otherValues.map(finiteOrNull),
    violations: violations.map(finiteOrNull),
  };
}

function finiteOrNull(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}

/** @throws INVALID_TRANSITION unless the trial is paused. */
export function endPaused(
  trial: TrialRecord,
  { reason, now }: { readonly reason: TrialReason; readonly now: number },
): TrialRecord {
  checkTransition(trial.state, "stopped", trial.number);
  return { ...trial, state: "stopped", finishedAt: Math.max(now, trial.createdAt), reason };
}

/** The attempt of a worker that went away: its time ends with its lease, which may be long before it is noticed. */
export function loseAttempt(held: TrialAndAttempt, now: number): TrialAndAttempt {
  const { worker, leaseExpiresAt, attempt } = held.trial;
  const reason: TrialReason = {
    kind: "lost",
    message: `attempt ${attempt}: worker \`${worker}\` went away without a word.`,
    facts: { attempt, worker, leaseExpiresAt },
  };
  return endAttempt(held, { state: "waiting", reason }, Math.min(now, leaseExpiresAt ?? now));
}

/** True when a worker with these labels can run the trial. */
export function canRun(
  { labels: asked }: Pick<TrialRecord, "labels">,
  { labels = [] }: Pick<ClaimOptions, "labels">,
): boolean {
  return asked.every((label) => labels.includes(label));
}

/** The log's entry of a write that came too late; null for one that holds nothing. */
export function refusedWrite(
  held: { readonly number: number; readonly worker: string },
  { attempt }: Lease,
  write: { readonly kind: "observations" | "ending"; readonly observations: readonly unknown[] },
): StudyEvent | null {
  const observations = write.observations.length;
  if (write.kind === "observations" && observations === 0) return null;
  return { kind: "write-refused", ...held, attempt, write: write.kind, observations };
}
