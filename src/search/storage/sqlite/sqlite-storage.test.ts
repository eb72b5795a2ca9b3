import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";

import { storageContract } from "../../../testing/storage-contract.ts";
import { storageEquivalence } from "../../../testing/storage-equivalence.ts";
import { newTrial } from "../../../testing/storage-fixture.ts";
import { openingFixture, studyFixture } from "../../../testing/study-fixture.ts";
import { temporaryFolder } from "../../../testing/temporary-folder.ts";
import { isOlderVersion, networkFileSystem, openConnection, storeFileName } from "./connection.ts";
import { latestSchemaVersion } from "./schema.ts";
import { SqliteStorage } from "./sqlite-storage.ts";
import { translateStoreError } from "./store-unusable.ts";

storageContract({
  create: async () => {
    const folder = temporaryFolder();
    return { storage: await SqliteStorage.open(folder), reopen: () => SqliteStorage.open(folder) };
  },
});

storageEquivalence({ create: () => SqliteStorage.open(temporaryFolder()), runs: 60 });

const unusable = (message: string) =>
  expect.objectContaining({ code: "STORE_UNUSABLE", message: expect.stringContaining(message) });

/** A store with one study and one trial, closed. */
async function filledStore(): Promise<{ folder: string; file: string }> {
  const folder = temporaryFolder();
  const storage = await SqliteStorage.open(folder);
  const { id } = await storage.createStudy(studyFixture(), 0);
  await storage.createTrial(id, newTrial(0), { worker: "w", now: 0, leaseMs: 1 });
  await storage.close();
  return { folder, file: join(folder, storeFileName) };
}

function edit(file: string, sql: string): void {
  const database = new Database(file);
  database.exec(sql);
  database.close();
}

function translated(work: () => void, file: string): void {
  try {
    work();
  } catch (error) {
    throw translateStoreError(error, file);
  }
}

describe("a connection", () => {
  it("sets its pragmas each time: a reopened file would come back with weaker ones", async () => {
    const { folder } = await filledStore();
    const database = openConnection(folder);
    const pragmas = ["journal_mode", "synchronous", "foreign_keys", "busy_timeout"];
    // Synchronous 2 is FULL.
    expect(pragmas.map((name) => database.pragma(name, { simple: true }))).toEqual(["wal", 2, 1, 10_000]);
    database.close();
  });

  it("leaves one file behind when the last one closes", async () => {
    const { folder } = await filledStore();
    expect(readdirSync(folder)).toEqual([storeFileName]);
  });

  it("creates nothing when it is told not to", async () => {
    const folder = join(temporaryFolder(), "none");
    await expect(SqliteStorage.open(folder, { create: false })).rejects.toThrow(
      unusable("the store must exist"),
    );
    expect(existsSync(folder)).toBe(false);
  });

  it("refuses network file systems and an old SQLite", async () => {
    const folder = temporaryFolder();
    await expect(SqliteStorage.open(folder, { fileSystemType: () => 0x6969 })).rejects.toThrow(
      unusable("(NFS)"),
    );
    await expect(SqliteStorage.open(folder, { sqliteVersion: "3.51.2" })).rejects.toThrow(
      unusable("3.51.3 or newer"),
    );
    expect([0x6969, 0xff534d42, 0xff534d42 | 0, 0xef53, 0].map(networkFileSystem)).toEqual([
      "NFS",
      "CIFS",
      "CIFS",
      null,
      null,
    ]);
    expect(
      ["3.51.2", "3.9.0", "2.99.99", "3.51"].map((version) => isOlderVersion(version, "3.51.3")),
    ).toEqual([true, true, true, true]);
    expect(
      ["3.51.3", "3.52.0", "3.100.0", "4.0"].map((version) => isOlderVersion(version, "3.51.3")),
    ).toEqual([false, false, false, false]);
  });
});

describe("a store that cannot be used is refused and left as it was", () => {
  it("written by a newer version: both versions and the way out", async () => {
    const { folder, file } = await filledStore();
    edit(file, `PRAGMA user_version = ${latestSchemaVersion + 6}`);
    const before = readFileSync(file);
    await expect(SqliteStorage.open(folder)).rejects.toThrow(
      expect.objectContaining({
        code: "STORE_TOO_NEW",
        message: expect.stringContaining(
          `up to ${latestSchemaVersion}, got version ${latestSchemaVersion + 6}`,
        ),
        hint: expect.stringContaining("Update Tunesmith"),
      }),
    );
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(folder).filter((name) => name !== storeFileName)).toEqual([]);
  });

  it("migrated by a newer version while it is open: no study is read from it any more", async () => {
    const { folder, file } = await filledStore();
    const storage = await SqliteStorage.open(folder);
    edit(file, `PRAGMA user_version = ${latestSchemaVersion + 1}`);
    await expect(storage.getStudy("fixture")).rejects.toThrow(
      expect.objectContaining({ code: "STORE_TOO_NEW" }),
    );
    await storage.close();
  });

  it("a database of another program", async () => {
    const folder = temporaryFolder();
    const file = join(folder, storeFileName);
    for (const sql of ["CREATE TABLE songs (name TEXT)", "PRAGMA user_version = 1"]) {
      edit(file, sql);
      const before = readFileSync(file);
      await expect(SqliteStorage.open(folder)).rejects.toThrow(
        unusable("a SQLite database of something else"),
      );
      expect(readFileSync(file).equals(before)).toBe(true);
    }
  });

  it("a file that is no database", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, storeFileName), "study: weight-decay\n".repeat(100));
    await expect(SqliteStorage.open(folder)).rejects.toThrow(unusable("got something else (SQLITE_NOTADB)"));
  });

  it.each([
    ["a table is missing", "DROP TABLE study_file", latestSchemaVersion, "no such table: study_file"],
    [
      "a column is missing",
      "ALTER TABLE study DROP COLUMN revision",
      latestSchemaVersion,
      "no such column: revision",
    ],
    ["a table is there too early", "PRAGMA user_version = 3", 3, "duplicate column name: revision"],
  ])("half a migration: %s", async (_what, sql, version, detail) => {
    const { folder, file } = await filledStore();
    edit(file, sql);
    const before = readFileSync(file);
    await expect(SqliteStorage.open(folder)).rejects.toThrow(
      expect.objectContaining({
        code: "STORE_UNUSABLE",
        isRetryable: false,
        message: expect.stringContaining(`tables of schema version ${version}, got others: ${detail}.`),
        hint: expect.stringContaining("Restore a copy"),
      }),
    );
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(folder)).toEqual([storeFileName]);
  });

  it("a damaged database", async () => {
    const { folder, file } = await filledStore();
    truncateSync(file, 4096 * 3);
    const read = async () => {
      const storage = await SqliteStorage.open(folder);
      try {
        await storage.listTrials((await storage.getStudy("fixture")).id);
      } finally {
        await storage.close();
      }
    };
    await expect(read()).rejects.toThrow(unusable("the database must be whole"));
  });

  it("a place that cannot be a folder, and a file that is one", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "file"), "");
    await expect(SqliteStorage.open(join(folder, "file", "store"))).rejects.toThrow(
      unusable("its folder must exist"),
    );
    mkdirSync(join(folder, storeFileName));
    await expect(SqliteStorage.open(folder)).rejects.toThrow(unusable("the store must be a file"));
  });

  it("a folder that may not be looked at", async () => {
    const fileSystemType = () => {
      throw Object.assign(new Error("EACCES: permission denied, statfs"), { syscall: "statfs" });
    };
    await expect(SqliteStorage.open(temporaryFolder(), { fileSystemType })).rejects.toThrow(
      unusable("must be accessible, got EACCES"),
    );
  });

  it("a record that another program changed is named", async () => {
    const { folder, file } = await filledStore();
    edit(file, `UPDATE study SET definition = '{"name": "fixture"}'`);
    const storage = await SqliteStorage.open(folder);
    await expect(storage.getStudy("fixture")).rejects.toThrow(
      unusable("study `fixture`: column `definition`"),
    );
    await storage.close();
  });
});

describe("a store whose disk or lock gives way", () => {
  it("full disk: the write is refused as retryable, and everything before it is readable", async () => {
    const { folder, file } = await filledStore();
    const database = openConnection(folder);
    database.pragma(`max_page_count = ${database.pragma("page_count", { simple: true }) as number}`);
    const fill = () =>
      database.transaction(() => {
        const insert = database.prepare("INSERT INTO metric (study_id, name) VALUES (1, ?)");
        for (let index = 0; index < 10_000; index++) insert.run(`metric-${index}`);
      })();
    expect(() => translated(fill, file)).toThrow(unusable("the disk must have room"));
    expect(database.prepare("SELECT count(*) FROM metric").pluck().get()).toBe(0);
    expect(database.prepare("SELECT count(*) FROM trial").pluck().get()).toBe(1);
    database.close();
  });

  it("a lock that is never let go: the write is refused as retryable", async () => {
    const { folder, file } = await filledStore();
    const [holder, other] = [openConnection(folder), openConnection(folder)];
    holder.exec("BEGIN IMMEDIATE");
    other.pragma("busy_timeout = 0");
    expect(() => translated(() => other.exec("BEGIN IMMEDIATE"), file)).toThrow(
      expect.objectContaining({ code: "STORE_UNUSABLE", isRetryable: true }),
    );
    holder.close();
    other.close();
  });

  it("a copy of the file is a store of its own", async () => {
    const { file } = await filledStore();
    const folder = temporaryFolder();
    copyFileSync(file, join(folder, storeFileName));
    const storage = await SqliteStorage.open(folder);
    expect(await storage.listTrials((await storage.getStudy("fixture")).id)).toHaveLength(1);
    await storage.close();
  });
});

it("an opening of the test split cannot be changed or removed, not even by another program", async () => {
  const { folder, file } = await filledStore();
  const storage = await SqliteStorage.open(folder);
  const { id } = await storage.getStudy("fixture");
  const record = await storage.recordTestOpening(id, openingFixture());
  await storage.close();
  expect(() => edit(file, `UPDATE test_opening SET metrics = '{}'`)).toThrow(/never changed/);
  expect(() => edit(file, "DELETE FROM test_opening")).toThrow(/never forgotten/);
  const reopened = await SqliteStorage.open(folder);
  expect(await reopened.listTestOpenings(id)).toEqual([record]);
  await reopened.close();
});
