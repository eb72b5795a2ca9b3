import { copyFileSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { describe, expect, it } from "vitest";

import { openConnection, storeFileName } from "../../src/search/storage/sqlite/connection.ts";
import { describeSchema, latestSchemaVersion } from "../../src/search/storage/sqlite/schema.ts";
import { SqliteStorage } from "../../src/search/storage/index.ts";
import { temporaryFolder } from "../../src/testing/temporary-folder.ts";
import { expectKept } from "./expect-kept.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const manifest = readFileSync(join(here, "schema.sql"), "utf8");
const released = readdirSync(here).filter((name) => /^schema-\d+\.db$/.test(name));

function copyOf(name: string): string {
  const folder = temporaryFolder();
  copyFileSync(join(here, name), join(folder, storeFileName));
  return folder;
}

function schemaOf(folder: string): string {
  const connection = openConnection(folder);
  const schema = describeSchema(connection);
  connection.close();
  return schema;
}

describe("the schema", () => {
  it("of a new store is the one in schema.sql (tools/write-schema-files.ts writes it)", () => {
    expect(schemaOf(temporaryFolder())).toBe(manifest);
  });

  it("has one kept store for each version", () => {
    const versions = Array.from({ length: latestSchemaVersion }, (_, index) => `schema-${index + 1}.db`);
    expect(released.toSorted()).toEqual(versions.toSorted());
  });
});

describe.each(released)("the kept store %s", (name) => {
  it("opens with the schema of a new one", () => {
    expect(schemaOf(copyOf(name))).toBe(manifest);
  });

  it("gives back every record, and its study goes on", async () => {
    const storage = await SqliteStorage.open(copyOf(name));
    // Schema 1 knew of no openings.
    await expectKept(storage, { openings: name === "schema-1.db" ? 0 : 1 });
    await storage.close();
  });
});
