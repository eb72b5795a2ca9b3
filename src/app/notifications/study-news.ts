import type { Storage } from "../../search/storage/index.ts";
import type { Study } from "../../search/study/index.ts";
import { isFinished, type EventRecord } from "../../search/trial/index.ts";
import { noticeOf, type Notice, type NoticeKind } from "./notice.ts";

/** What of a study is no news. */
export interface KnownState {
  /** The last event that is known. */
  readonly sequence: number;
  /** The best trial's number. */
  readonly best: number | null;
  readonly isFinished: boolean;
  /** Of the definition: an extended study may finish once more. */
  readonly version: number;
}

/** Of a study that did not exist: everything is news. */
export const nothingKnown: KnownState = { sequence: 0, best: null, isFinished: false, version: 0 };

/** Of a study as it stands. */
export async function knownStateOf(study: Study, storage: Pick<Storage, "listTrials">): Promise<KnownState> {
  const trials = await storage.listTrials(study.record.id);
  return {
    sequence: trials.reduce((last, { revision }) => Math.max(last, revision), 0),
    best: (await study.best())?.trial.number ?? null,
    isFinished: (await study.progress()).isFinished,
    version: study.record.version,
  };
}

/** The news of a study, from its log, whichever processes run its trials. */
export class StudyNews {
  readonly #study: Study;
  readonly #storage: Pick<Storage, "getTrial">;
  #known: KnownState;

  constructor(study: Study, storage: Pick<Storage, "getTrial">, known: KnownState) {
    this.#study = study;
    this.#storage = storage;
    this.#known = known;
  }

  /** What has been told. */
  get known(): KnownState {
    return this.#known;
  }

  /** Until the study is finished. @param signal aborted: ends after what is in the log by then */
  async *follow(signal: AbortSignal): AsyncGenerator<Notice> {
    const { sequence: after } = this.#known;
    for await (const events of this.#study.followEvents({ after, signal })) {
      yield* this.#newsIn(events);
      this.#know({ sequence: events.at(-1)!.sequence });
      if (this.#known.isFinished) return;
    }
  }

  async *#newsIn(events: readonly EventRecord[]): AsyncGenerator<Notice> {
    for (const event of events) {
      if (event.kind === "trial-failed") yield await this.#tell("failed", event.number, event);
      // Taken back by an extension, an end can come once more.
      if ("version" in event) this.#know({ version: event.version, isFinished: false });
    }
    const last = events.findLast(isEnding);
    if (last === undefined) return;
    const best = (await this.#study.best())?.trial.number ?? null;
    if (best !== null && best !== this.#known.best) yield await this.#tell("best", best, last);
    this.#know({ best });
    if (this.#known.isFinished || !(await this.#study.progress()).isFinished) return;
    this.#know({ isFinished: true });
    yield await this.#tell("finished", best, last);
  }

  async #tell(event: NoticeKind, number: number | null, at: EventRecord): Promise<Notice> {
    const { id, definition } = this.#study.record;
    const trial = number === null ? null : await this.#storage.getTrial(id, number);
    return noticeOf({ event, definition, at, trial, progress: await this.#study.progress() });
  }

  #know(more: Partial<KnownState>): void {
    this.#known = { ...this.#known, ...more };
  }
}

/** Of a trial, or of the study. */
function isEnding(event: EventRecord): boolean {
  if (event.kind === "study-ended") return true;
  return "changes" in event && isFinished(event.changes.state ?? "running");
}
