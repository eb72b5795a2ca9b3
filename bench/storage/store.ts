/** The stores that are measured: a temporary folder, or a database of a server that is started for it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { PostgresServer } from "../../src/testing/postgres-server.ts";

export const storeKinds = ["sqlite", "postgres"] as const;
export type StoreKind = (typeof storeKinds)[number];

export interface MeasuredStore {
  readonly url: string;
  remove(): Promise<void>;
}

export async function createStore(kind: StoreKind): Promise<MeasuredStore> {
  if (kind === "sqlite") {
    const url = mkdtempSync(join(tmpdir(), "tunesmith-bench-store-"));
    return { url, remove: async () => rmSync(url, { recursive: true }) };
  }
  const server = new PostgresServer();
  await server.start();
  return { url: await server.createDatabase(), remove: () => server.remove() };
}

/** Those named on the command line, or all. @throws Error for an unknown name */
export function parseKinds(words: readonly string[]): readonly StoreKind[] {
  const unknown = words.find((word) => !(storeKinds as readonly string[]).includes(word));
  if (unknown !== undefined) throw new Error(`expected ${storeKinds.join(" or ")}, got ${unknown}`);
  return words.length === 0 ? storeKinds : (words as readonly StoreKind[]);
}
