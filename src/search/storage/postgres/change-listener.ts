import type { Client } from "pg";

import { ChangeSignal } from "../change-signal.ts";
import type { Database } from "./database.ts";

/** How often whoever waits looks for itself while nothing can be heard. */
const pollMs = 1000;

/** After the first failure, and at most. */
const backoffMs = { first: 250, most: 5000 };

/** A connection that the network has forgotten looks like one on which nothing happens. */
const probeMs = 15_000;

/**
 * Hears of changes over one connection of its own, opened when somebody first asks. While that is lost nothing can be heard:
 * that counts as a change, and waits are short until it is back.
 */
export class ChangeListener {
  readonly #database: Database;
  readonly #signal = new ChangeSignal();
  #listening: Promise<void> | null = null;
  #client: Client | null = null;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(database: Database) {
    this.#database = database;
  }

  async mark(): Promise<number> {
    this.#listening ??= this.#listen(backoffMs.first);
    await this.#listening;
    return this.#signal.count;
  }

  async wait(mark: number, options: { timeoutMs: number; signal?: AbortSignal }): Promise<void> {
    if (this.#isClosed) return;
    const { timeoutMs } = options;
    await this.#signal.wait(mark, {
      ...options,
      timeoutMs: this.#client === null ? Math.min(timeoutMs, pollMs) : timeoutMs,
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#signal.advance();
    await this.#listening;
    await this.#client?.end();
  }

  /** Resolves when it listens, or when it will try again later. */
  async #listen(retryMs: number): Promise<void> {
    let client: Client | null = null;
    try {
      client = await this.#database.connect("tunesmith (listens)");
      client.on("notification", () => this.#signal.advance());
      await client.query("LISTEN tunesmith");
      client.once("end", () => this.#lose());
      this.#client = client;
      this.#probe(client);
      this.#signal.advance();
    } catch {
      await client?.end();
      this.#again(retryMs);
    }
  }

  #lose(): void {
    if (this.#client === null) return;
    this.#client = null;
    clearTimeout(this.#timer);
    this.#signal.advance();
    this.#again(backoffMs.first);
  }

  #again(retryMs: number): void {
    if (this.#isClosed) return;
    const next = Math.min(retryMs * 2, backoffMs.most);
    this.#timer = setTimeout(() => {
      this.#listening = this.#listen(next);
    }, retryMs).unref();
  }

  #probe(client: Client): void {
    this.#timer = setTimeout(() => {
      client.query("SELECT").then(
        () => this.#probe(client),
        () => client.end(),
      );
    }, probeMs).unref();
  }
}
