import type { Database } from "better-sqlite3";

import { migrations } from "./migrations/index.ts";
import {
  applicationId,
  checkOwnership,
  latestSchemaVersion,
  readOwnership,
  schemaVersion,
} from "./schema.ts";
import { translateSchemaError } from "./store-unusable.ts";

/**
 * Brings the database to the latest schema, or leaves it exactly as it was.
 *
 * The write lock of one immediate transaction is the lock between processes: whoever comes second waits in the busy
 * handler, then finds the work done. It ends with its process, so no lock can be left behind.
 *
 * @throws STORE_TOO_NEW, STORE_UNUSABLE
 */
export function migrate(database: Database, file: string): void {
  if (schemaVersion(database) === latestSchemaVersion) return;
  database
    .transaction(() => {
      // Another process may have written since the connection was checked.
      checkOwnership(readOwnership(database), file);
      const version = schemaVersion(database);
      try {
        for (const { sql } of migrations.slice(version)) database.exec(sql);
      } catch (error) {
        throw translateSchemaError(error, { file, version });
      }
      database.pragma(`application_id = ${applicationId}`);
      database.pragma(`user_version = ${latestSchemaVersion}`);
    })
    .immediate();
}
