import type { Storage } from "../../search/storage/index.ts";
import type { Study } from "../../search/study/index.ts";
import { isFinished, type EventRecord } from "../../search/trial/index.ts";
import { noticeOf, type Notice, type NoticeKind } from "./notice.ts";

/** What was so when somebody began to watch: no news. */
export interface KnownState {
  /** The last event that is no news. */
  readonly sequence: number;
  /** The best trial's number. */
  readonly best: number | null;
  readonly isFinished: boolean;
}

/** Of a study that does not exist yet: everything is news. */
export const nothingKnown: KnownState = { sequence: 0, best: null, isFinished: false };

/** Of a study as it stands. */
export async function knownStateOf(study: Study, storage: Pick<Storage, "listTrials">): Promise<KnownState> {
  const trials = await storage.listTrials(study.record.id);
  return {
    sequence: trials.reduce((last, { revision }) => Math.max(last, revision), 0),
    best: (await study.best())?.trial.number ?? null,
    isFinished: (await study.progress()).isFinished,
  };
}

/**
 * The news of a study, from its log, whichever processes run its trials.
 *
 * @param signal aborted: it ends after what is in the log by then
 */
export async function* watchStudy(
  study: Study,
  options: {
    readonly known: KnownState;
    readonly storage: Pick<Storage, "getTrial">;
    readonly signal: AbortSignal;
  },
): AsyncGenerator<Notice> {
  const { known, storage, signal } = options;
  const { id, definition } = study.record;
  let { best, isFinished: wasFinished } = known;
  const tell = async (event: NoticeKind, number: number | null, at: EventRecord) => {
    const trial = number === null ? null : await storage.getTrial(id, number);
    return noticeOf({ event, definition, at, trial, progress: await study.progress() });
  };
  for await (const events of study.followEvents({ after: known.sequence, signal })) {
    for (const event of events) {
      if (event.kind === "trial-failed") yield await tell("failed", event.number, event);
    }
    const ended = events.findLast(
      (event) => "changes" in event && isFinished(event.changes.state ?? "running"),
    );
    const last = ended ?? events.findLast(({ kind }) => kind === "study-ended");
    // Taken back by an extension, an end can come once more.
    if (events.some(({ kind }) => kind === "study-revised")) wasFinished = false;
    if (last === undefined) continue;
    const leading = (await study.best())?.trial.number ?? null;
    if (leading !== null && leading !== best) yield await tell("best", leading, last);
    best = leading;
    if (wasFinished || !(await study.progress()).isFinished) continue;
    wasFinished = true;
    yield await tell("finished", best, last);
  }
}
