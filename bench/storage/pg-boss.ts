/** What is used of pg-boss, which is no dependency: it is installed elsewhere, `npm install --prefix FOLDER pg-boss@12.35.0`. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";

export interface Job {
  readonly id: string;
  readonly retryCount: number;
  readonly data: { readonly number: number };
}

/** A connection in a transaction of the caller's. */
interface Connection {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

export interface Boss {
  on(event: "error", listener: () => void): void;
  start(): Promise<unknown>;
  stop(options: { readonly graceful: false }): Promise<void>;
  createQueue(name: string, options: { readonly heartbeatSeconds: number }): Promise<void>;
  insert(name: string, jobs: readonly { readonly data: Job["data"] }[]): Promise<unknown>;
  fetch(name: string, options: { readonly includeMetadata: true }): Promise<Job[]>;
  touch(name: string, attempt: Pick<Job, "id" | "retryCount">): Promise<unknown>;
  complete(
    name: string,
    attempt: Pick<Job, "id" | "retryCount">,
    data: null,
    options: { readonly db: Connection },
  ): Promise<unknown>;
}

export const queueName = "trials";

/** The shortest that it allows; it looks for silent workers as often as it can. */
export const silentSeconds = 10;

export async function startBoss(folder: string, connectionString: string, max: number): Promise<Boss> {
  const file = pathToFileURL(join(folder, "node_modules/pg-boss/dist/index.js")).href;
  const { PgBoss } = (await import(file)) as { PgBoss: new (options: object) => Boss };
  const intervals = { superviseIntervalSeconds: 1, monitorIntervalSeconds: 1 };
  const boss = new PgBoss({ connectionString, max, schedule: false, ...intervals });
  boss.on("error", () => undefined);
  await boss.start();
  await boss.createQueue(queueName, { heartbeatSeconds: silentSeconds });
  return boss;
}
