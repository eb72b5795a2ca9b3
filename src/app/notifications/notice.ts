/** What somebody may want to be told of a study. */
import type { Json } from "../../base/index.ts";
import type { StudyProgress } from "../../search/study/index.ts";
import type { StudyDefinition, TrialReason, TrialRecord } from "../../search/trial/index.ts";

/** finished: no trial is left; failed: a trial failed; best: a trial is better than all before it. */
export const noticeKinds = ["finished", "failed", "best"] as const;
export type NoticeKind = (typeof noticeKinds)[number];

export interface NoticeTrial {
  readonly number: number;
  readonly state: TrialRecord["state"];
  readonly parameters: Readonly<Record<string, Json>>;
  readonly objective: number | null;
  readonly reason: TrialReason | null;
}

/** Sent as JSON; its shape only grows. */
export interface Notice {
  readonly event: NoticeKind;
  readonly study: string;
  /** One sentence for people, under the name that chat services look for. */
  readonly text: string;
  /** Milliseconds since the Unix epoch, by the machine where it happened. */
  readonly time: number;
  /** Number of the event in the study's log after which it was so. */
  readonly sequence: number;
  /** The metric that trials are compared by. */
  readonly metric: string;
  /** The one that failed, or the best one; of a finished study the best one, null when none has a value. */
  readonly trial: NoticeTrial | null;
  readonly progress: StudyProgress;
}

export interface Happening {
  readonly event: NoticeKind;
  readonly definition: StudyDefinition;
  readonly at: { readonly sequence: number; readonly time: number };
  readonly trial: TrialRecord | null;
  readonly progress: StudyProgress;
}

export function noticeOf({ event, definition, at, trial, progress }: Happening): Notice {
  const { name: study, objective } = definition;
  const text = `study ${study}: ${textOf({ event, definition, trial, progress })}`;
  const { sequence, time } = at;
  const told = trial === null ? null : noticeTrial(trial);
  return { event, study, text, time, sequence, metric: objective.metric, trial: told, progress };
}

function textOf({ event, definition, trial, progress }: Omit<Happening, "at">): string {
  const { metric } = definition.objective;
  switch (event) {
    case "failed":
      return `trial ${trial!.number} failed: ${trial!.reason?.message ?? "no reason is known"}`;
    case "best":
      return `trial ${trial!.number} is the best so far, ${metric} ${trial!.objectiveValue}`;
    case "finished": {
      const { completed, stopped, failed, ended } = progress;
      const counts = [
        `${completed} completed`,
        ...(stopped === 0 ? [] : [`${stopped} stopped`]),
        ...(failed === 0 ? [] : [`${failed} failed`]),
      ];
      const why = ended === null ? "" : `, early: ${ended.message}`;
      const best =
        trial === null ? "" : `; the best is trial ${trial.number}, ${metric} ${trial.objectiveValue}`;
      return `finished with ${counts.join(", ")} trials${why}${best}`;
    }
    default:
      return event satisfies never;
  }
}

function noticeTrial({ number, state, parameters, objectiveValue, reason }: TrialRecord): NoticeTrial {
  return { number, state, parameters, objective: objectiveValue, reason };
}
