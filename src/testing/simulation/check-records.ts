/** What has to be true of the records once a simulated study is over. */
import { canonicalJson, type Json } from "../../base/index.ts";
import type { Storage } from "../../search/storage/index.ts";
import {
  isFinished,
  replayTrials,
  type AttemptRecord,
  type StudyRecord,
  type TrialRecord,
} from "../../search/trial/index.ts";
import { broken } from "./broken-promise.ts";
import { otherMetric } from "./simulated-attempt.ts";
import { TabularTraining } from "./tabular-training.ts";

/** A trial without what depends on who ran it, and when. */
export interface TrialSummary {
  readonly number: number;
  readonly state: TrialRecord["state"];
  readonly document: Json;
  readonly objectiveValue: number | null;
  readonly resultHash: string | null;
  readonly reason: string | null;
  readonly steps: number;
}

/** @returns the trials in the order of their numbers */
export async function checkRecords(
  storage: Storage,
  { study, failing }: { readonly study: StudyRecord; readonly failing: number },
): Promise<readonly TrialSummary[]> {
  const trials = await storage.listTrials(study.id);
  if (study.ended === null && trials.length !== study.definition.maxTrials) {
    broken(`the study has ${trials.length} trials of ${study.definition.maxTrials}`);
  }
  await checkReplay(storage, trials);
  const summaries: TrialSummary[] = [];
  for (const trial of trials) {
    if (!isFinished(trial.state)) broken(`trial ${trial.number} is ${trial.state} at the end`);
    checkAttempts(trial, await storage.listAttempts(trial.id));
    summaries.push(await checkCurve(storage, trial, { study, failing }));
  }
  return summaries;
}

/** The trials as the log tells them are the trials as they are. */
async function checkReplay(storage: Storage, trials: readonly TrialRecord[]): Promise<void> {
  const { studyId } = trials[0]!;
  const replayed = replayTrials(await storage.listEvents(studyId));
  for (const { id: _, studyId: __, ...trial } of trials) {
    const told = replayed.get(trial.number);
    if (told === undefined || textOf(told) !== textOf(trial)) {
      broken(`the log tells trial ${trial.number} as ${textOf(told ?? null)}, it is ${textOf(trial)}`);
    }
  }
}

/** They are 1 to n, each has ended, and all but the last gave the trial back. */
function checkAttempts(trial: TrialRecord, attempts: readonly AttemptRecord[]): void {
  const { number, state, attempt: last } = trial;
  const told = attempts.map(({ attempt, outcome, endedAt }) => `${attempt}:${outcome} ${endedAt}`).join(", ");
  const areInOrder =
    attempts.every(({ attempt }, index) => attempt === index + 1) && attempts.length === last;
  const areOver = attempts.every(({ endedAt, outcome }) => endedAt !== null && outcome !== null);
  const goOn = attempts.slice(0, -1).every(({ outcome }) => outcome === "waiting" || outcome === "paused");
  const end = attempts.at(-1)?.outcome;
  const endsWell = end === state || (end === "paused" && state === "stopped");
  if (!areInOrder || !areOver || !goOn || !endsWell) {
    broken(`trial ${number} is ${state} in attempt ${last}; its attempts are ${told}`);
  }
}

async function checkCurve(
  storage: Storage,
  trial: TrialRecord,
  { study, failing }: { readonly study: StudyRecord; readonly failing: number },
): Promise<TrialSummary> {
  const { number, state, document, objectiveValue, result, reason } = trial;
  const training = new TabularTraining(document, { failing });
  const { metric } = study.definition.objective;
  const points = await storage.listObservations(trial.id, metric);
  const others = await storage.listObservations(trial.id, otherMetric);
  const told = points.map(({ step }) => step).join(" ");
  const last = points.at(-1)?.step ?? training.first;
  const isWhole = points.every(({ step }, index) => step === training.first + 1 + index);
  const isTrue = points.every(({ step, value }) => value === training.lossAt(step));
  if (!isWhole || !isTrue)
    broken(`trial ${number}: its curve has the steps ${told}, and ${isTrue ? "true" : "false"} values`);
  const isSame = points.every(
    ({ step, value }, index) => others[index]?.step === step && others[index].value === value / 2,
  );
  if (!isSame || others.length !== points.length) broken(`trial ${number}: its two curves differ`);
  const end =
    state === "failed"
      ? training.failsAt - 1
      : reason === null
        ? training.length
        : Number(reason.facts?.["step"]);
  if (last !== end) broken(`trial ${number} is ${state} with step ${last} as its last, not ${end}`);
  const value = state === "failed" ? null : training.lossAt(last);
  if (objectiveValue !== value) broken(`trial ${number} has the value ${objectiveValue}, not ${value}`);
  return {
    number,
    state,
    document,
    objectiveValue,
    resultHash: result?.resultHash ?? null,
    reason: reason?.message ?? null,
    steps: points.length,
  };
}

function textOf(value: unknown): string {
  return canonicalJson(JSON.parse(JSON.stringify(value)) as Json);
}
