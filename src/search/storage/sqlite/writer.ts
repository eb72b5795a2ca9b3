/**
 * Write transactions of one connection: fair to other processes, and as durable as their caller asks.
 *
 * A commit goes into the write-ahead log without waiting for the disk; then, with the write lock let go, the log is synced, and
 * only then the write is acknowledged. So processes that write at once wait for the disk together instead of one after the
 * other. A sync makes everything before it in the log durable as well, and what a checkpoint moves out of the log it syncs
 * itself.
 *
 * Who finds the lock taken looks again each millisecond, and lets the event loop turn meanwhile: SQLite's own waiting grows to a
 * tenth of a second, in which whoever comes later overtakes.
 *
 * @see "Write-Ahead Logging", section 2.3 (performance: synchronous), https://www.sqlite.org/wal.html
 */
import { close, fdatasync, fsync, open } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

import Database from "better-sqlite3";

/** Elsewhere only `fsync` reaches the disk itself. */
const sync = promisify(process.platform === "linux" ? fdatasync : fsync);
const openFile = promisify(open);
const closeFile = promisify(close);

const retryMs = 1;

export interface WriterOptions {
  readonly file: string;
  /** How long a write waits for others. */
  readonly busyTimeoutMs: number;
}

export class Writer {
  readonly #logFile: string;
  readonly #busyTimeoutMs: number;
  readonly #immediate: (work: () => unknown) => unknown;
  readonly #doNotWait: { get(): unknown };
  readonly #waitAgain: { get(): unknown };
  /** Of the write-ahead log, which is there as long as a connection is. */
  #log: Promise<number> | undefined;

  constructor(database: Database.Database, { file, busyTimeoutMs }: WriterOptions) {
    this.#logFile = `${file}-wal`;
    this.#busyTimeoutMs = busyTimeoutMs;
    database.pragma("synchronous = NORMAL");
    const transaction = database.transaction((work: () => unknown) => work());
    this.#immediate = (work) => transaction.immediate(work);
    this.#doNotWait = database.prepare("PRAGMA busy_timeout = 0");
    this.#waitAgain = database.prepare(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
  }

  /** @param isDurable resolves only when the write would survive a power failure */
  async write<T>(work: () => T, { isDurable }: { readonly isDurable: boolean }): Promise<T> {
    for (let waitedMs = 0; ; waitedMs += retryMs) {
      const done = this.#tryNow(work);
      if (done !== null) {
        if (isDurable) await this.#sync();
        return done.result;
      }
      if (waitedMs >= this.#busyTimeoutMs)
        throw new Database.SqliteError("database is locked", "SQLITE_BUSY");
      await sleep(retryMs);
    }
  }

  async close(): Promise<void> {
    const log = await this.#log;
    this.#log = undefined;
    if (log !== undefined) await closeFile(log);
  }

  /** Null when another process writes. */
  #tryNow<T>(work: () => T): { readonly result: T } | null {
    let hasBegun = false;
    this.#doNotWait.get();
    try {
      const result = this.#immediate(() => {
        hasBegun = true;
        return work();
      }) as T;
      return { result };
    } catch (error) {
      const isBusy = error instanceof Database.SqliteError && error.code.startsWith("SQLITE_BUSY");
      if (isBusy && !hasBegun) return null;
      throw error;
    } finally {
      this.#waitAgain.get();
    }
  }

  async #sync(): Promise<void> {
    this.#log ??= openFile(this.#logFile, "r+");
    await sync(await this.#log);
  }
}
