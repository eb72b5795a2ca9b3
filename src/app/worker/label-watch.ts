import { systemClock } from "../../base/index.ts";
import { canRun, type Storage } from "../../search/storage/index.ts";
import type { StudyRecord } from "../../search/trial/index.ts";
import { isKnownDead } from "./worker-name.ts";
import { isSilent, WorkerWatch } from "./worker-watch.ts";

/** A worker that starts needs a moment to say that it is there. */
export const labelLookMs = 2000;

/** Finds trials that wait for a worker that nobody has started, and says so once for each set of labels. */
export class LabelWatch {
  readonly #storage: Storage;
  readonly #workers = new WorkerWatch();
  readonly #told = new Set<string>();

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** @returns warnings; studies that ask for no label cost nothing */
  async look(studies: readonly StudyRecord[]): Promise<readonly string[]> {
    const asking = studies.filter(({ definition }) => definition.labels !== undefined);
    if (asking.length === 0) return [];
    const sightings = this.#workers.look(await this.#storage.listWorkers(), systemClock.elapsed());
    const workers = sightings.filter((one) => !isSilent(one) && !isKnownDead(one.worker.name));
    const warnings: string[] = [];
    for (const { id, definition } of asking) {
      const trials = await this.#storage.listTrials(id);
      const waiting = trials.filter(({ state }) => state === "waiting");
      const unserved = waiting.filter(
        ({ labels }) => !workers.some(({ worker }) => canRun({ labels }, worker)),
      );
      for (const labels of new Set(unserved.map((trial) => trial.labels.join(",")))) {
        const key = JSON.stringify([definition.name, labels]);
        if (this.#told.has(key)) continue;
        this.#told.add(key);
        warnings.push(
          `study \`${definition.name}\`: trials wait for a worker with the labels ${labels}, and none is running; start one by \`tunesmith worker --labels ${labels}\`.`,
        );
      }
    }
    return warnings;
  }
}
