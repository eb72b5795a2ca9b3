/** A study as it was after one event of its log. */
import { TunesmithError } from "../../../base/index.ts";
import type { Study } from "../../../search/study/index.ts";
import { replayTrials, type StudyDefinition, type TrialRecord } from "../../../search/trial/index.ts";
import { trialView, varyingParameters, type TrialView } from "./trial-view.ts";

/**
 * The trials and the definition of that moment. Curves are not in the log, so metrics are left out.
 *
 * @throws INVALID_USAGE for an event that is not in the log
 */
export async function studyAt(
  study: Study,
  sequence: number,
): Promise<{ readonly trials: readonly TrialView[]; readonly definition: StudyDefinition }> {
  const events = await study.events({ limit: sequence });
  const last = events.at(-1)?.sequence ?? 0;
  if (last < sequence) {
    const { name } = study.record.definition;
    throw new TunesmithError("INVALID_USAGE", {
      message: `trials: --at: the log of \`${name}\` has ${last} events, got ${sequence}.`,
      hint: "`tunesmith events` lists them with their numbers.",
      facts: { sequence, last },
    });
  }
  const defined = events.findLast((event) => "definition" in event);
  const definition = defined?.definition ?? study.record.definition;
  const trials = [...replayTrials(events).values()].toSorted((a, b) => a.number - b.number);
  return { trials: trials.map((trial) => trialView(trial as TrialRecord, [], definition)), definition };
}

/** What the log tells of trials. */
export function loggedColumns(definition: StudyDefinition): string[] {
  return ["number", "state", ...varyingParameters(definition), "objective", "epochs", "time"];
}
