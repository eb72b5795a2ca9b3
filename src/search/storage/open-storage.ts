import { TunesmithError } from "../../base/index.ts";
import { MemoryStorage } from "./memory/memory-storage.ts";
import { SqliteStorage } from "./sqlite/sqlite-storage.ts";
import { PostgresStorage } from "./postgres/postgres-storage.ts";
import type { Storage } from "./storage.ts";

export interface OpenStorageOptions {
  /** False: a store that is not there is an error and nothing is created. Defaults to true. */
  readonly create?: boolean;
}

/**
 * The store of that name: a folder (its file is `tunesmith.db`), a database `postgres://...`, or `memory:` for one that ends
 * with the process.
 *
 * @throws INVALID_USAGE for another kind of URL; STORE_UNUSABLE, STORE_TOO_NEW
 */
export async function openStorage(url: string, options: OpenStorageOptions = {}): Promise<Storage> {
  if (url === "memory:") return new MemoryStorage();
  if (/^postgres(ql)?:/i.test(url)) return PostgresStorage.open(url, options);
  // One letter before the colon is a drive of Windows.
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(url)?.[1];
  if (url === "" || scheme !== undefined) {
    // The rest of a URL may hold a password.
    const received = scheme === undefined ? "nothing" : `a URL that begins with \`${scheme}:\``;
    throw new TunesmithError("INVALID_USAGE", {
      message: `store: expected a folder, \`postgres://...\` or \`memory:\`, got ${received}.`,
      hint: "Name a folder on a local disk, for example .tunesmith, or a database of PostgreSQL.",
    });
  }
  return SqliteStorage.open(url, options);
}
