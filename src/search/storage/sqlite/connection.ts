import { closeSync, existsSync, openSync, readSync, statfsSync, statSync } from "node:fs";
import { join } from "node:path";

import Database from "better-sqlite3";

import { applicationId, checkOwnership, readOwnership } from "./schema.ts";
import { makeStoreFolder } from "./make-store-folder.ts";
import { migrate } from "./migrator.ts";
import { storeUnusable, translateStoreError } from "./store-unusable.ts";

/** The file inside a store's folder. */
export const storeFileName = "tunesmith.db";

/**
 * How long a write waits for others. Longer than any fair queue of writers; shorter than a lease, because a waiting
 * process sends no heartbeats.
 */
export const busyTimeoutMs = 10_000;

/** The first version in which two connections cannot damage a database when one resets the write-ahead log. */
const oldestSqlite = "3.51.3";

/** File system types whose locks or shared memory SQLite cannot rely on. @see statfs(2), linux/magic.h */
const networkFileSystems: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xff534d42, "CIFS"],
  [0xfe534d42, "SMB2"],
  [0x5346414f, "AFS"],
  [0x00c36400, "Ceph"],
  [0x0bd00bd0, "Lustre"],
  [0x47504653, "GPFS"],
  [0x01021997, "9P"],
]);

/** The name of a network file system by the type that statfs gives on Linux; null for every other. */
export function networkFileSystem(type: number): string | null {
  return networkFileSystems.get(type >>> 0) ?? null;
}

/** True when version `a` is older than `b`; both as SQLite writes them. */
export function isOlderVersion(a: string, b: string): boolean {
  const [left, right] = [a, b].map((version) => version.split(".").map(Number));
  for (const [index, part] of right!.entries()) {
    const difference = (left![index] ?? 0) - part;
    if (difference !== 0) return difference < 0;
  }
  return false;
}

export interface ConnectionOptions {
  /** False: a store that is not there is an error and nothing is created. Defaults to true. */
  readonly create?: boolean;
  /** The type of the folder's file system. Defaults to statfs on Linux, unknown elsewhere. */
  readonly fileSystemType?: (folder: string) => number;
  /** Defaults to the version of the SQLite in use. */
  readonly sqliteVersion?: string;
}

/**
 * A connection to the store in a folder, its schema up to date.
 *
 * @throws STORE_UNUSABLE, STORE_TOO_NEW
 */
export function openConnection(folder: string, options: ConnectionOptions = {}): Database.Database {
  const { create = true, fileSystemType = linuxFileSystemType } = options;
  const file = join(folder, storeFileName);
  if (!create && !existsSync(file)) {
    throw storeUnusable(file, "the store must exist, got no such file.", {
      hint: "Name the folder with --store, or run a study first.",
    });
  }
  prepareFolder(folder, file);
  try {
    refuseNetwork(fileSystemType(folder), file);
    inspect(file);
    return connect(file, options.sqliteVersion);
  } catch (error) {
    throw translateStoreError(error, file);
  }
}

function refuseNetwork(type: number, file: string): void {
  const network = networkFileSystem(type);
  if (network === null) return;
  throw storeUnusable(file, `the folder must be on a local disk, got a network file system (${network}).`, {
    hint: "Name a folder on a local disk with --store: SQLite's locks do not hold over a network.",
  });
}

function prepareFolder(folder: string, file: string): void {
  try {
    makeStoreFolder(folder);
  } catch (cause) {
    throw storeUnusable(file, `its folder must exist or be creatable, got ${(cause as Error).message}.`, {
      hint: "Name a folder that you may write to with --store.",
      cause,
    });
  }
}

function linuxFileSystemType(folder: string): number {
  return process.platform === "linux" ? statfsSync(folder).type : 0;
}

/**
 * Looks at the head of an existing file without SQLite, which would leave a log beside it: a store that is refused stays
 * untouched. What this head does not show yet, because it is still in the log, the connection checks.
 *
 * @see "Database File Format", section 1.3: user version at byte 60, application id at byte 68, both big-endian
 */
function inspect(file: string): void {
  if (!existsSync(file)) return;
  if (!statSync(file).isFile()) {
    throw storeUnusable(file, "the store must be a file, got a folder or a device of that name.", {
      hint: "Name another folder with --store.",
    });
  }
  const head = new DataView(new ArrayBuffer(100));
  const descriptor = openSync(file, "r");
  try {
    if (readSync(descriptor, head, 0, 100, 0) < 100) return;
  } finally {
    closeSync(descriptor);
  }
  const owner = { applicationId: head.getInt32(68), version: head.getInt32(60), isEmpty: false };
  if (owner.applicationId === applicationId) checkOwnership(owner, file);
}

function connect(file: string, version?: string): Database.Database {
  const database = new Database(file, { timeout: busyTimeoutMs });
  try {
    checkOwnership(readOwnership(database), file);
    checkSqlite(version ?? (database.prepare("SELECT sqlite_version()").pluck().get() as string), file);
    database.pragma(`busy_timeout = ${busyTimeoutMs}`);
    database.pragma("foreign_keys = ON");
    useWriteAheadLog(database);
    // For the migrations; who writes later sees to it by itself.
    database.pragma("synchronous = FULL");
    migrate(database, file);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function checkSqlite(version: string, file: string): void {
  if (!isOlderVersion(version, oldestSqlite)) return;
  throw storeUnusable(file, `SQLite must be ${oldestSqlite} or newer, got ${version}.`, {
    hint: "Reinstall the package better-sqlite3 with its own SQLite.",
  });
}

/** SQLite does not call its busy handler while the journal mode changes, so simultaneous first openers retry. */
function useWriteAheadLog(database: Database.Database): void {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let waitedMs = 0; ; waitedMs += 5) {
    try {
      database.pragma("journal_mode = WAL");
      return;
    } catch (error) {
      const isBusy = error instanceof Database.SqliteError && error.code.startsWith("SQLITE_BUSY");
      if (!isBusy || waitedMs >= busyTimeoutMs) throw error;
      Atomics.wait(pause, 0, 0, 5);
    }
  }
}
