import Database from "better-sqlite3";

import { TunesmithError } from "../../../base/index.ts";

/** STORE_UNUSABLE in the product's words. */
export function storeUnusable(
  file: string,
  rule: string,
  details: { readonly hint?: string; readonly cause?: unknown; readonly isRetryable?: boolean } = {},
): TunesmithError {
  return new TunesmithError("STORE_UNUSABLE", {
    message: `store \`${file}\`: ${rule}`,
    facts: { file },
    ...details,
  });
}

const causes: readonly {
  readonly code: RegExp;
  readonly rule: string;
  readonly hint: string;
  readonly isRetryable?: boolean;
}[] = [
  {
    code: /^SQLITE_(BUSY|LOCKED)/,
    rule: "another process must let go of it within 10 s, got none that did",
    hint: "Try again; look for a process that is stopped in the middle of a write.",
    isRetryable: true,
  },
  {
    // The second: no room for the file by which connections share the log.
    code: /^SQLITE_(FULL|IOERR_SHMSIZE)/,
    rule: "the disk must have room, got a full one; everything written before is safe",
    hint: "Free some space and resume.",
    isRetryable: true,
  },
  {
    code: /^SQLITE_NOTADB/,
    rule: "the file must be a SQLite database, got something else",
    hint: "Name another folder with --store, or move that file away.",
  },
  {
    code: /^SQLITE_CORRUPT/,
    rule: "the database must be whole, got a damaged one",
    hint: "Restore a copy, or save what is left with `sqlite3 FILE .recover`.",
  },
  {
    code: /^SQLITE_(READONLY|PERM|AUTH|CANTOPEN)/,
    rule: "the folder and the file must be writable, got no permission or a disk that is read-only",
    hint: "Change that, or name another folder with --store.",
  },
  {
    code: /^SQLITE_IOERR/,
    rule: "the disk must be readable and writable, got an error from it",
    hint: "Check the disk, then resume.",
    isRetryable: true,
  },
];

/** For an error of SQL that is right for its schema version: the file has not the tables that it says it has. */
export function translateSchemaError(
  error: unknown,
  { file, version }: { readonly file: string; readonly version: number },
): unknown {
  if (!(error instanceof Database.SqliteError) || error.code !== "SQLITE_ERROR") return error;
  return storeUnusable(
    file,
    `it must have the tables of schema version ${version}, got others: ${error.message}.`,
    {
      hint: "Restore a copy, or name another folder with --store. Another program changed its tables; nothing was done to them now.",
      cause: error,
    },
  );
}

/** An error of SQLite or of the file system as STORE_UNUSABLE with its cause; any other error as it is. */
export function translateStoreError(error: unknown, file: string): unknown {
  if (error instanceof Error && "syscall" in error) {
    return storeUnusable(file, `the folder and the file must be accessible, got ${error.message}.`, {
      hint: "Change their permissions, or name another folder with --store.",
      cause: error,
    });
  }
  if (!(error instanceof Database.SqliteError)) return error;
  const known = causes.find(({ code }) => code.test(error.code));
  if (known === undefined) {
    return storeUnusable(file, `SQLite refused with ${error.code}: ${error.message}.`, { cause: error });
  }
  const { rule, hint, isRetryable = false } = known;
  return storeUnusable(file, `${rule} (${error.code}).`, { hint, isRetryable, cause: error });
}
