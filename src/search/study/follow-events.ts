import type { Storage } from "../storage/index.ts";
import type { EventRecord, StudyId } from "../trial/index.ts";

export interface FollowOptions {
  /** Events up to this one are known. Defaults to none. */
  readonly after?: number;
  /** Aborted: it ends after what is in the log by then. */
  readonly signal: AbortSignal;
}

/** However many there are, so many are in memory at once. */
const batchSize = 1000;

/** A store that cannot wake is asked this often. */
const longestWaitMs = 2000;

/** The log of a study in batches as it grows, whichever processes write it. */
export async function* followEvents(
  storage: Pick<Storage, "changeMark" | "listEvents" | "waitForChange">,
  studyId: StudyId,
  { after = 0, signal }: FollowOptions,
): AsyncGenerator<readonly EventRecord[]> {
  for (let known = after; ;) {
    const isLast = signal.aborted;
    const mark = await storage.changeMark();
    const events = await storage.listEvents(studyId, { after: known, limit: batchSize });
    if (events.length > 0) {
      known = events.at(-1)!.sequence;
      yield events;
    } else if (isLast) {
      return;
    } else {
      await storage.waitForChange(mark, { timeoutMs: longestWaitMs, signal });
    }
  }
}
