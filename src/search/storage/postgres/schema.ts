/**
 * The schema `tunesmith` of a database, and which version of it is there: one row of the table `store`, which changes in the
 * same transaction as the tables.
 */
import { TunesmithError } from "../../../base/index.ts";
import type { Database, Session } from "./database.ts";
import { migrations } from "./migrations/index.ts";
import { storeUnusable } from "./postgres-errors.ts";
import { statement } from "./statement.ts";

export const latestSchemaVersion = migrations.length;

/** "Tune" in ASCII: the lock that whoever migrates holds. */
const migrationLock = 0x54756e65;

type None = Record<string, never>;

const listTables = statement<None, { name: string }>(
  "list_tables",
  `SELECT relname AS name FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
   WHERE nspname = 'tunesmith' AND relkind = 'r'`,
);

const readStore = statement<None, { version: number; tables: number }>(
  "read_store",
  "SELECT version, tables FROM tunesmith.store",
);

/**
 * The version that the database has; 0 for one without a store.
 *
 * @param session of one snapshot: between two, another process may finish its migration
 * @throws STORE_TOO_NEW, STORE_UNUSABLE
 */
async function readVersion(session: Session, store: string): Promise<number> {
  const names = (await session.all(listTables, {})).map(({ name }) => name);
  if (names.length === 0) return 0;
  if (!names.includes("store")) {
    throw storeUnusable(store, {
      rule: "the schema `tunesmith` must be a store, got one with tables of something else.",
      hint: "Name another database with --store.",
    });
  }
  const row = await session.first(readStore, {});
  if (row === undefined || names.length < row.tables) {
    const received = row === undefined ? "no version" : `${names.length} of its ${row.tables} tables`;
    throw storeUnusable(store, {
      rule: `the store must be whole, got one with ${received}.`,
      hint: "Restore a dump into an empty database.",
    });
  }
  checkVersion(row.version, store);
  return row.version;
}

/** @throws STORE_TOO_NEW; also for a store that another process migrated while this one had it open. */
export function checkVersion(version: number, store: string): void {
  if (version <= latestSchemaVersion) return;
  throw new TunesmithError("STORE_TOO_NEW", {
    message: `store \`${store}\`: this Tunesmith reads schema versions up to ${latestSchemaVersion}, got version ${version}.`,
    hint: "Update Tunesmith, or name another store with --store. The store was not changed.",
    facts: { store, version, latest: latestSchemaVersion },
  });
}

/**
 * Brings the database to the latest schema, or leaves it exactly as it was. Whoever comes second waits for the lock, which ends
 * with its transaction, then finds the work done.
 *
 * @param create false: a database without a store is an error
 * @throws STORE_TOO_NEW, STORE_UNUSABLE
 */
export async function migrate(database: Database, create: boolean): Promise<void> {
  const version = await database.transaction(
    (session) => readVersion(session, database.name),
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
  );
  if (version === latestSchemaVersion) return;
  if (version === 0 && !create) {
    throw storeUnusable(database.name, {
      rule: "the store must exist, got a database without one.",
      hint: "Name the database with --store, or run a study first.",
    });
  }
  await database.transaction(async (session) => {
    // Longer than any migration takes, so that those who wait for it find it done.
    await session.script("SET LOCAL lock_timeout = '10min'; SET LOCAL statement_timeout = 0;");
    await session.script(`SELECT pg_advisory_xact_lock(${migrationLock});`);
    const present = await readVersion(session, database.name);
    for (const { sql } of migrations.slice(present)) await session.script(sql);
    await session.script(writeVersion);
  });
}

const writeVersion = `
UPDATE tunesmith.store SET version = ${latestSchemaVersion}, tables =
  (SELECT count(*) FROM pg_class WHERE relnamespace = 'tunesmith'::regnamespace AND relkind = 'r')`;
