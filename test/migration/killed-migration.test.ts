/** A process that is killed between any two statements of a migration leaves the store as it was. */
import { once } from "node:events";
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import Database from "better-sqlite3";
import { expect, it } from "vitest";

import { openConnection, storeFileName } from "../../src/search/storage/sqlite/connection.ts";
import { describeSchema } from "../../src/search/storage/sqlite/schema.ts";
import { temporaryFolder } from "../../src/testing/temporary-folder.ts";
import { nextMessage, startProgram } from "../storage/programs/start-program.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const latest = readFileSync(join(here, "schema.sql"), "utf8");

/** More statements than any migration has. */
const beyondAll = 1_000_000;

/** A folder with the kept store of that name, or with none. */
function folderWith(kept: string | null): string {
  const folder = temporaryFolder();
  if (kept !== null) copyFileSync(join(here, kept), join(folder, storeFileName));
  return folder;
}

/** Schema and rows, in the eyes of a new connection. */
function contentOf(folder: string): unknown {
  const database = new Database(join(folder, storeFileName));
  try {
    const tables = database.prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name",
    );
    const rows = tables
      .pluck()
      .all()
      .map((table) => [table, database.prepare(`SELECT * FROM "${table}"`).all()]);
    return { schema: describeSchema(database), rows };
  } finally {
    database.close();
  }
}

it.each([
  { store: "a new store", kept: null },
  { store: "the oldest kept store", kept: "schema-1.db" },
])(
  "killed before any statement of the migration of $store, which the next process then migrates",
  async ({ kept }) => {
    const migrate = (folder: string, n: number) =>
      startProgram("migrate-and-die", [join(folder, storeFileName), String(n)]);
    const statements = (await nextMessage(migrate(folderWith(kept), beyondAll))) as number;
    expect(statements).toBeGreaterThan(10);
    const before = contentOf(folderWith(kept));
    for (let n = 0; n < statements; n++) {
      const folder = folderWith(kept);
      const [, signal] = (await once(migrate(folder, n), "close")) as [number | null, string | null];
      expect(signal).toBe("SIGKILL");
      expect(contentOf(folder), `killed before statement ${n}`).toEqual(before);
      const connection = openConnection(folder);
      expect(describeSchema(connection)).toBe(latest);
      connection.close();
    }
  },
  300_000,
);
