/** One line of words for each event of a study's log. */
import type { EventRecord, StudyDefinition } from "../../../search/trial/index.ts";
import { formatNumber } from "../output/number.ts";
import { definitionChanges } from "./definition-changes.ts";
import { choiceText } from "./search-text.ts";
import { describeParameters, varyingParameters } from "./trial-view.ts";

type RevisedEvent = Extract<EventRecord, { readonly definition: unknown }>;
type TrialEvent = Extract<EventRecord, { readonly changes: unknown }>;

/** The definitions that a study had, by version. */
export type Definitions = ReadonlyMap<number, StudyDefinition>;

/** `  12  2026-11-30 02:31:05  trial #3 completed: validation/accuracy 0.91` */
export function eventLine(event: EventRecord, definition: StudyDefinition, versions: Definitions): string {
  const when = new Date(event.time).toISOString().slice(0, 19).replace("T", " ");
  return `${String(event.sequence).padStart(5)}  ${when}  ${eventText(event, definition, versions)}`;
}

/** @param definition as it is now; @param versions as they were */
function eventText(event: EventRecord, definition: StudyDefinition, versions: Definitions): string {
  switch (event.kind) {
    case "study-created": {
      const { maxTrials, sampler } = event.definition;
      return `the study was created: ${maxTrials} trials, search ${choiceText(sampler)}`;
    }
    case "study-revised":
      return revisedText(event, versions);
    case "study-ended":
      return `the study ended early: ${event.end.message}`;
    case "study-reopened":
      return "the study goes on";
    case "stop-requested":
      return "somebody asked its workers to stop";
    case "stop-cleared":
      return "its workers may go on";
    case "write-refused": {
      const { number, attempt, worker, write, observations } = event;
      const count = `${observations} observation${observations === 1 ? "" : "s"}`;
      const what = write === "ending" ? `its end of the trial, with ${count},` : `its report of ${count}`;
      return `trial #${number}: attempt ${attempt} on ${worker} came too late; ${what} was not taken`;
    }
    case "test-opened":
      return `the test split was opened for trial #${event.number}, opening ${event.ordinal}`;
    default:
      return `trial #${event.number} ${trialText(event, definition)}`;
  }
}

function revisedText({ version, definition, note }: RevisedEvent, versions: Definitions): string {
  const before = versions.get(version - 1);
  const changes = before === undefined ? [] : definitionChanges(before, definition);
  const told = [...changes, ...(note === "" ? [] : [`note: ${note}`])];
  return `version ${version} of the study${told.length === 0 ? "" : `: ${told.join("; ")}`}`;
}

function trialText({ kind, changes }: TrialEvent, definition: StudyDefinition): string {
  const { objectiveValue, reason, attempt, worker, parameters = {}, origin } = changes;
  const why = reason?.message === undefined ? "" : `: ${reason.message}`;
  switch (kind) {
    case "trial-created": {
      const by = origin?.by === "sampler" ? (origin.sampler ?? "") : (origin?.by ?? "");
      const told = describeParameters(parameters, varyingParameters(definition));
      return `was created${by === "" ? "" : ` by ${by}`}: ${told}`;
    }
    case "trial-running":
      return `began its attempt ${attempt} on ${worker}`;
    case "trial-completed": {
      const value =
        objectiveValue === undefined || objectiveValue === null ? "none" : formatNumber(objectiveValue);
      return `was completed with ${definition.objective.metric} ${value}${reason ? ` (${reason.message})` : ""}`;
    }
    case "trial-paused":
      return `was paused${why}`;
    case "trial-stopped":
      return `was stopped${why}`;
    case "trial-failed":
      return `failed, ${reason?.kind ?? "error"}${why}`;
    case "trial-waiting":
      return reason ? `waits to be taken up again${why}` : "was given back, and waits to be taken up again";
    default:
      return kind satisfies never;
  }
}
