import type { Storage } from "../../search/storage/index.ts";
import type { Study, StudyProgress } from "../../search/study/index.ts";
import { isFinished, type TrialRecord } from "../../search/trial/index.ts";

/** Changes are told of at once; this is for stores that do not. */
const lookMs = 1000;

export interface StudyWatchOptions {
  readonly storage: Storage;
  readonly study: Study;
  /** A trial has reached its end, whoever ran it. */
  readonly onFinished: (trial: TrialRecord, progress: StudyProgress) => void;
  readonly onStopRequested: () => void;
}

/** What happens in a study from now on, in whatever process. */
export class StudyWatch {
  readonly #options: StudyWatchOptions;
  readonly #told: Set<number>;
  #revision: number;

  private constructor(options: StudyWatchOptions, trials: readonly TrialRecord[]) {
    this.#options = options;
    this.#told = new Set(trials.filter(({ state }) => isFinished(state)).map(({ number }) => number));
    this.#revision = Math.max(0, ...trials.map(({ revision }) => revision));
  }

  static async start(options: StudyWatchOptions): Promise<StudyWatch> {
    return new StudyWatch(options, await options.storage.listTrials(options.study.record.id));
  }

  /** Until the signal is aborted, and then once more, so that nothing is left untold. */
  async run(signal: AbortSignal): Promise<void> {
    const { storage } = this.#options;
    while (true) {
      const isLast = signal.aborted;
      const mark = await storage.changeMark();
      await this.#look();
      if (isLast) return;
      await storage.waitForChange(mark, { timeoutMs: lookMs, signal });
    }
  }

  async #look(): Promise<void> {
    const { storage, study, onFinished, onStopRequested } = this.#options;
    const { id, definition } = study.record;
    const changed = await storage.listTrialsSince(id, this.#revision);
    this.#revision = Math.max(this.#revision, ...changed.map(({ revision }) => revision));
    const finished = changed.filter(({ number, state }) => isFinished(state) && !this.#told.has(number));
    const progress = finished.length === 0 ? undefined : await study.progress();
    for (const trial of finished.toSorted((a, b) => a.revision - b.revision)) {
      this.#told.add(trial.number);
      onFinished(trial, progress!);
    }
    if ((await storage.getStudy(definition.name)).stopRequested) onStopRequested();
  }
}
