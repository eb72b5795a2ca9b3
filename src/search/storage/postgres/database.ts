import { Client, Pool, types, type ClientConfig, type CustomTypesConfig } from "pg";

import { internalError, withoutSecrets } from "../../../base/index.ts";
import { refuseUrl, translatePostgresError } from "./postgres-errors.ts";
import type { Statement } from "./statement.ts";

/** Runs statements, each in a transaction of its own or all in one. */
export interface Session {
  all<P extends object, R>(statement: Statement<P, R>, parameters: P): Promise<R[]>;
  first<P extends object, R>(statement: Statement<P, R>, parameters: P): Promise<R | undefined>;
  /** Several statements without parameters, whose rows nobody asks for. */
  script(sql: string): Promise<void>;
}

/** A worker reports, renews and looks around; more at once is for boards. */
const mostConnections = 4;

/**
 * What one process waits for, in order: another's lock, the server's work, and the server's answer, which may never come
 * when the network fails silently. A lock is waited for less than a lease lasts.
 */
const timeouts = {
  connectionTimeoutMillis: 10_000,
  lock_timeout: 10_000,
  statement_timeout: 30_000,
  query_timeout: 40_000,
  idle_in_transaction_session_timeout: 30_000,
} as const satisfies ClientConfig;

/**
 * What the statements rely on, whatever the server, database or user has set: floats in full, rows as they are committed,
 * a commit that is on the disk, no compilation of queries that take milliseconds. Plans are made once, of indexes alone: a
 * new store's tables are empty, and the plan that fits them scans them when they are large.
 */
const settings = [
  "extra_float_digits=1",
  "default_transaction_isolation=read\\ committed",
  "synchronous_commit=on",
  "jit=off",
  "plan_cache_mode=force_generic_plan",
  "enable_seqscan=off",
];

/** Ids, times and counts are whole numbers far below 2^53, and JSON is text to whoever reads rows. */
const parsers: CustomTypesConfig = {
  getTypeParser(type: Parameters<CustomTypesConfig["getTypeParser"]>[0]): (text: string) => unknown {
    if (type === types.builtins.INT8) return toSafeInteger;
    if (type === types.builtins.JSON) return (text) => text;
    return types.getTypeParser(type) as (text: string) => unknown;
  },
};

function toSafeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw internalError(`a number of the store must be below 2^53: ${text}`);
  return value;
}

/** @throws INVALID_USAGE for what is no URL of PostgreSQL */
function clientConfig(url: string): ClientConfig {
  if (!URL.canParse(url)) throw refuseUrl();
  const given = new URL(url);
  // The client would take the URL's options in place of these.
  const options = [given.searchParams.get("options") ?? "", ...settings.map((setting) => `-c ${setting}`)];
  given.searchParams.delete("options");
  return {
    connectionString: given.searchParams.size === 0 && !url.includes("?") ? url : given.href,
    application_name: "tunesmith",
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    options: options.join(" "),
    types: parsers,
    ...timeouts,
  };
}

/**
 * The connections of one process to one database. Nothing that it throws holds a password.
 *
 * Without a transaction every statement is one, and is either acknowledged or may have happened or not: the error of a lost
 * connection cannot tell.
 */
export class Database implements Session {
  /** Names the database in messages. */
  readonly name: string;
  readonly #config: ClientConfig;
  readonly #pool: Pool;

  /** @throws INVALID_USAGE for what is no URL of PostgreSQL */
  constructor(url: string) {
    this.name = withoutSecrets(url);
    this.#config = clientConfig(url);
    try {
      this.#pool = new Pool({ ...this.#config, max: mostConnections, idleTimeoutMillis: 60_000 });
    } catch {
      // The client's own words may quote the URL.
      throw refuseUrl();
    }
    // A connection that is lost while nobody uses it is taken out of the pool, and its loss concerns nobody.
    this.#pool.on("error", () => undefined);
  }

  async all<P extends object, R>(statement: Statement<P, R>, parameters: P): Promise<R[]> {
    return this.#query(this.#pool, statement, parameters);
  }

  async first<P extends object, R>(statement: Statement<P, R>, parameters: P): Promise<R | undefined> {
    return (await this.all(statement, parameters))[0];
  }

  async script(sql: string): Promise<void> {
    await this.#translated(this.#pool.query(sql));
  }

  /** @param begin how the transaction begins; `BEGIN` unless given */
  async transaction<T>(work: (session: Session) => Promise<T>, begin = "BEGIN"): Promise<T> {
    const client = await this.#translated(this.#pool.connect());
    // What goes wrong with the connection also rejects the statement that waits for it.
    client.on("error", ignore);
    const script = async (sql: string) => void (await this.#translated(client.query(sql)));
    let isOver = false;
    try {
      await script(begin);
      const result = await work({
        all: (statement, parameters) => this.#query(client, statement, parameters),
        first: async (statement, parameters) => (await this.#query(client, statement, parameters))[0],
        script,
      });
      await script("COMMIT");
      isOver = true;
      return result;
    } finally {
      client.off("error", ignore);
      // The server rolls back what belongs to a connection that is closed.
      client.release(!isOver);
    }
  }

  /** A connection beside the pool's, connected. @param name what administrators see of it */
  async connect(name: string): Promise<Client> {
    const client = new Client({ ...this.#config, application_name: name });
    client.on("error", ignore);
    await this.#translated(client.connect());
    return client;
  }

  async close(): Promise<void> {
    if (!this.#pool.ending) await this.#pool.end();
  }

  async #query<P extends object, R>(
    target: Pick<Pool, "query">,
    { name, text, parameters }: Statement<P, R>,
    given: P,
  ): Promise<R[]> {
    const values = parameters.map((parameter) => toValue(given[parameter]));
    return (await this.#translated(target.query<R & object>({ name, text, values }))).rows;
  }

  async #translated<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      throw translatePostgresError(error, this.name);
    }
  }
}

/** The client writes an array with quotes around each item, which takes longer than all else that it does for an epoch. */
function toValue(value: unknown): unknown {
  if (!Array.isArray(value) || typeof value[0] === "string") return value;
  return `{${value.map((item: number | boolean | null) => item ?? "NULL").join(",")}}`;
}

function ignore(): void {}
