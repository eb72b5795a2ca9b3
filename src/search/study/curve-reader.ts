import type { Storage } from "../storage/index.ts";
import type { LossPoint, Objective, TrialRecord } from "../trial/index.ts";
import { lossOf } from "./measure.ts";

/** The main objective's curves. Those of trials that do not run are read once. */
export class CurveReader {
  readonly #storage: Pick<Storage, "listObservations">;
  readonly #objective: Objective;
  readonly #kept = new Map<number, { readonly revision: number; readonly points: readonly LossPoint[] }>();

  constructor(storage: Pick<Storage, "listObservations">, objective: Objective) {
    this.#storage = storage;
    this.#objective = objective;
  }

  /** The curves of some trials, by number. */
  async readAll(trials: readonly TrialRecord[]): Promise<ReadonlyMap<number, readonly LossPoint[]>> {
    const read = trials.map(async (trial) => [trial.number, await this.read(trial)] as const);
    return new Map(await Promise.all(read));
  }

  /** Ordered by step. */
  async read(trial: TrialRecord): Promise<readonly LossPoint[]> {
    const kept = this.#kept.get(trial.number);
    if (trial.state !== "running" && kept?.revision === trial.revision) return kept.points;
    if (trial.attempt === 0) return [];
    const stored = await this.#storage.listObservations(trial.id, this.#objective.metric);
    const points = stored.map(({ step, value }) => ({ step, loss: lossOf(value, this.#objective) }));
    this.#kept.set(trial.number, { revision: trial.revision, points });
    return points;
  }
}
