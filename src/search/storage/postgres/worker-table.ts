import type { RegisteredWorker, WorkerRecord } from "../../trial/index.ts";
import { toRegisteredWorker, type WorkerRow } from "../sql/rows.ts";
import type { WorkerRegistry } from "../worker-registry.ts";
import type { Database } from "./database.ts";
import { statement } from "./statement.ts";

const putWorker = statement<Omit<WorkerRow, "drain_requested">, WorkerRow>(
  "put_worker",
  `INSERT INTO tunesmith.worker (name, version, labels, started_at, seen_at)
   VALUES (@name, @version, @labels, @started_at, @seen_at)
   ON CONFLICT (name) DO UPDATE SET version = excluded.version, labels = excluded.labels,
     started_at = excluded.started_at, seen_at = excluded.seen_at
   RETURNING name, version, labels, started_at, seen_at, drain_requested`,
);
const removeWorker = statement<{ name: string }, object>(
  "remove_worker",
  "DELETE FROM tunesmith.worker WHERE name = @name",
);
const listWorkers = statement<object, WorkerRow>(
  "list_workers",
  "SELECT name, version, labels, started_at, seen_at, drain_requested FROM tunesmith.worker ORDER BY name",
);
const requestDrain = statement<{ name: string }, { name: string }>(
  "request_drain",
  "UPDATE tunesmith.worker SET drain_requested = 1 WHERE name = @name RETURNING name",
);

export class WorkerTable implements WorkerRegistry {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async registerWorker(worker: WorkerRecord): Promise<RegisteredWorker> {
    const { name, version, labels, startedAt, seenAt } = worker;
    const row = await this.#database.first(putWorker, {
      name,
      version,
      labels: JSON.stringify(labels),
      started_at: startedAt,
      seen_at: seenAt,
    });
    return toRegisteredWorker(row!);
  }

  async removeWorker(name: string): Promise<void> {
    await this.#database.all(removeWorker, { name });
  }

  async listWorkers(): Promise<RegisteredWorker[]> {
    return (await this.#database.all(listWorkers, {})).map(toRegisteredWorker);
  }

  async requestDrain(name: string): Promise<boolean> {
    return (await this.#database.all(requestDrain, { name })).length > 0;
  }
}
