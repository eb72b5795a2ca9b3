import type { Storage } from "../storage/index.ts";
import type { StudyId, TrialRecord } from "../trial/index.ts";

/** Every trial of a study, kept up to date by reading only what has changed. */
export class TrialHistory {
  readonly #storage: Pick<Storage, "listTrialsSince">;
  readonly #studyId: StudyId;
  readonly #trials: TrialRecord[] = [];
  // Trials of a store from before revisions were counted have the revision 0.
  #revision = -1;

  constructor(storage: Pick<Storage, "listTrialsSince">, studyId: StudyId) {
    this.#storage = storage;
    this.#studyId = studyId;
  }

  /** In the order of their numbers, as of the last refresh. */
  get trials(): readonly TrialRecord[] {
    return this.#trials;
  }

  /** Everything up to this revision is known. */
  get revision(): number {
    return Math.max(0, this.#revision);
  }

  /** @returns the trials that are new or were changed since. */
  async refresh(): Promise<readonly TrialRecord[]> {
    const answer = await this.#storage.listTrialsSince(this.#studyId, this.#revision);
    // Of two answers on their way at once the older may come last.
    const changed = answer.filter(
      ({ number, revision }) => revision > (this.#trials[number]?.revision ?? Number.NEGATIVE_INFINITY),
    );
    for (const trial of changed) {
      this.#trials[trial.number] = trial;
      this.#revision = Math.max(this.#revision, trial.revision);
    }
    return changed;
  }
}
