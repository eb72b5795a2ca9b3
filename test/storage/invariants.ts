/** What must be true of a store whose writers were killed, whichever store it is. */
import { isDeepStrictEqual } from "node:util";

import type { Storage } from "../../src/search/storage/index.ts";
import {
  replayTrials,
  type AttemptRecord,
  type EventRecord,
  type ObservationRecord,
  type ReplayedTrial,
  type SeriesRecord,
  type TrialRecord,
} from "../../src/search/trial/index.ts";
import {
  acknowledgedStudy,
  reportedMetric,
  stepsPerTrial,
  valueAt,
  type Acknowledgement,
} from "./acknowledgement.ts";

export interface InvariantOptions {
  /** True after a power cut: what a claim handed out may be handed out again. Defaults to false. */
  readonly canLoseClaims?: boolean;
  /** Looks into the whole log and every trial, not only into those that were acknowledged or run. Defaults to false. */
  readonly isThorough?: boolean;
}

/** Everything about a trial that its rows have to agree on. */
interface TrialRows {
  readonly trial: TrialRecord;
  readonly attempts: readonly AttemptRecord[];
  readonly observations: readonly ObservationRecord[];
  readonly series: SeriesRecord | undefined;
}

/** One sentence for each broken promise; none when the store kept them all. Nobody may write meanwhile. */
export async function findViolations(
  storage: Storage,
  acknowledged: readonly Acknowledgement[],
  { canLoseClaims = false, isThorough = false }: InvariantOptions = {},
): Promise<string[]> {
  const study = await storage.getStudy(acknowledgedStudy);
  const trials = await storage.listTrials(study.id);
  const series = new Map((await storage.listSeries(study.id)).map((one) => [one.trialId, one]));
  const byTrial = Map.groupBy(acknowledged, ({ number }) => number);
  const problems = [...checkNumbers(trials), ...(canLoseClaims ? [] : checkClaims(acknowledged))];
  if (isThorough) problems.push(...checkLog(trials, await storage.listEvents(study.id)));
  for (const trial of trials) {
    const own = byTrial.get(trial.number) ?? [];
    byTrial.delete(trial.number);
    if (!isThorough && own.length === 0 && trial.state !== "running") continue;
    const attempts = await storage.listAttempts(trial.id);
    const observations = await storage.listObservations(trial.id);
    const rows: TrialRows = { trial, attempts, observations, series: series.get(trial.id) };
    const found = [
      ...checkAttempts(rows),
      ...checkCurve(rows),
      ...own.flatMap((one) => checkAcknowledged(rows, one, canLoseClaims)),
    ];
    problems.push(...found.map((problem) => `trial ${trial.number}: ${problem}`));
  }
  for (const [number, own] of byTrial) {
    if (canLoseClaims && own.every(({ kind }) => kind === "claimed")) continue;
    problems.push(`trial ${number}: it was acknowledged, and is not there`);
  }
  return problems;
}

/** **Uniqueness** and **Revisions.** */
function checkNumbers(trials: readonly TrialRecord[]): string[] {
  const problems = trials.flatMap(({ number }, index) =>
    number === index ? [] : [`place ${index} of the list: trial ${number} is there`],
  );
  if (new Set(trials.map(({ revision }) => revision)).size < trials.length) {
    problems.push("two trials have one revision");
  }
  return problems;
}

/** **Log.** */
function checkLog(trials: readonly TrialRecord[], events: readonly EventRecord[]): string[] {
  const problems = events.flatMap(({ sequence }, index) =>
    sequence === index + 1 ? [] : [`place ${index} of the log: event ${sequence} is there`],
  );
  const replayed = replayTrials(events);
  for (const trial of trials) {
    if (isDeepStrictEqual(logged(trial), logged(replayed.get(trial.number)))) continue;
    problems.push(`trial ${trial.number}: its record is another than its events make`);
  }
  return problems;
}

/** What the log tells of a trial. */
function logged(trial: ReplayedTrial | undefined): unknown {
  return { ...trial, id: null, studyId: null, leaseExpiresAt: null };
}

/** One attempt belongs to one worker, who was told of it once. */
function checkClaims(acknowledged: readonly Acknowledgement[]): string[] {
  const claims = acknowledged.filter(({ kind }) => kind === "claimed");
  const times = Map.groupBy(claims, ({ number, attempt }) => `trial ${number}: attempt ${attempt}`);
  return [...times]
    .filter(([, told]) => told.length > 1)
    .map(([claim, told]) => `${claim} was handed out ${told.length} times`);
}

function checkAttempts({ trial, attempts }: TrialRows): string[] {
  const problems: string[] = [];
  if (attempts.length !== trial.attempt || attempts.some(({ attempt }, index) => attempt !== index + 1)) {
    problems.push(
      `attempts 1 to ${trial.attempt} expected, got ${attempts.map((one) => one.attempt).join(", ")}`,
    );
  }
  for (const [index, { attempt, endedAt, outcome }] of attempts.entries()) {
    const isLast = index === attempts.length - 1;
    const expected = isLast ? trial.state : "waiting";
    const isOpen = isLast && trial.state === "running";
    if (isOpen ? outcome !== null || endedAt !== null : outcome !== expected || endedAt === null) {
      problems.push(
        `it is ${trial.state}, and the outcome of attempt ${attempt} is ${outcome}, ended at ${endedAt}`,
      );
    }
  }
  return problems;
}

/** A curve without gaps, each step once, under the attempt that may have reported it; and the summary of the same curve. */
function checkCurve({ trial, observations, series }: TrialRows): string[] {
  const { number } = trial;
  const problems = observations.flatMap(({ metric, step, value, attempt }, index) =>
    metric === reportedMetric &&
    step === index + 1 &&
    value === valueAt(number, step) &&
    attempt >= (observations[index - 1]?.attempt ?? 1) &&
    attempt <= trial.attempt
      ? []
      : [`place ${index} of its curve: step ${step} of ${metric} is ${value} by attempt ${attempt}`],
  );
  const { length } = observations;
  if ((series?.count ?? 0) !== length || (series?.last ?? 0) !== (observations.at(-1)?.value ?? 0)) {
    problems.push(`its summary counts ${series?.count ?? 0} values, its curve ${length}`);
  }
  const isDone = length === stepsPerTrial && trial.objectiveValue === valueAt(number, stepsPerTrial);
  if (trial.state === "completed" && !isDone) {
    problems.push(`it is completed with ${trial.objectiveValue} after ${length} steps`);
  }
  return problems;
}

/** **Durability.** */
function checkAcknowledged(
  { trial, observations }: TrialRows,
  acknowledgement: Acknowledgement,
  canLoseClaims: boolean,
): string[] {
  const { kind, attempt } = acknowledgement;
  const isKept = trial.attempt >= attempt || (canLoseClaims && kind === "claimed");
  const problems = isKept
    ? []
    : [`attempt ${attempt} was acknowledged, and it is at attempt ${trial.attempt}`];
  if (kind === "reported") {
    const { step, value } = acknowledgement;
    const kept = observations.find((one) => one.step === step)?.value;
    if (kept !== value) problems.push(`step ${step}: ${value} was acknowledged, and ${kept} is there`);
  }
  if (kind === "completed" && trial.state !== "completed") {
    problems.push(`its completion was acknowledged, and it is ${trial.state}`);
  }
  return problems;
}
