/**
 * Whose file it is and which schema it has: SQLite's own header fields `application_id` and `user_version`, which
 * change in the same transaction as the tables.
 */
import type { Database } from "better-sqlite3";

import { TunesmithError } from "../../../base/index.ts";
import { migrations } from "./migrations/index.ts";
import { storeUnusable } from "./store-unusable.ts";

/** "Tune" in ASCII. */
export const applicationId = 0x54756e65;

export const latestSchemaVersion = migrations.length;

export function schemaVersion(database: Database): number {
  return database.pragma("user_version", { simple: true }) as number;
}

/** What tells whose file it is. */
export interface Ownership {
  readonly applicationId: number;
  readonly version: number;
  /** True for a file without tables. */
  readonly isEmpty: boolean;
}

/** Reads in one transaction: between two, another process may finish its migration. */
export function readOwnership(database: Database): Ownership {
  return database.transaction(() => ({
    applicationId: database.pragma("application_id", { simple: true }) as number,
    version: schemaVersion(database),
    isEmpty: database.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() === undefined,
  }))();
}

/** @throws STORE_TOO_NEW; STORE_UNUSABLE for a database of another program. */
export function checkOwnership(owner: Ownership, file: string): void {
  const { version } = owner;
  if (owner.applicationId !== applicationId) {
    if (owner.applicationId === 0 && version === 0 && owner.isEmpty) return;
    throw storeUnusable(
      file,
      "the file must be a store of Tunesmith, got a SQLite database of something else.",
      {
        hint: "Name another folder with --store, or move that file away.",
      },
    );
  }
  checkVersion(version, file);
}

/** @throws STORE_TOO_NEW; also for a store that another process migrated while this one had it open. */
export function checkVersion(version: number, file: string): void {
  if (version > latestSchemaVersion) {
    throw new TunesmithError("STORE_TOO_NEW", {
      message: `store \`${file}\`: this Tunesmith reads schema versions up to ${latestSchemaVersion}, got version ${version}.`,
      hint: "Update Tunesmith, or name another folder with --store. The store was not changed.",
      facts: { file, version, latest: latestSchemaVersion },
    });
  }
}

/** The schema as text, the same for the same schema: compared with a committed file, it shows every change. */
export function describeSchema(database: Database): string {
  const objects = database
    .prepare<[], { sql: string }>(
      "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type DESC, name",
    )
    .all();
  const head = `-- schema version ${schemaVersion(database)}, application id ${applicationId}`;
  return [head, ...objects.map(({ sql }) => `${sql};`)].join("\n\n") + "\n";
}
