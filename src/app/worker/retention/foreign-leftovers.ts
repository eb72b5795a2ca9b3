import { rm } from "node:fs/promises";
import { join } from "node:path";

import type { Storage } from "../../../search/storage/index.ts";
import { listFolder } from "../file-shelf.ts";
import { fileSafe } from "../trial-files.ts";
import type { Leftover, LeftoverKind, Retention } from "./find-leftovers.ts";

/**
 * Files beside a store of studies that it does not have: its database was removed and made anew. Only for a folder that no
 * other store uses.
 */
export async function findForeignLeftovers(
  storage: Pick<Storage, "listStudies">,
  options: { readonly folder: string; readonly retention: Retention },
): Promise<Leftover[]> {
  const { folder, retention } = options;
  const kinds: readonly LeftoverKind[] = [
    ...(["checkpoints", "inherit", "weights", "histograms"] as const),
    ...(retention.dropLogs ? (["commands"] as const) : []),
  ];
  // Before the studies are read: one that is created meanwhile is no stranger.
  const found = await Promise.all(
    kinds.map(async (kind) => ({ kind, folders: await listFolder(join(folder, kind)) })),
  );
  const known = new Set((await storage.listStudies()).map(({ definition }) => fileSafe(definition.name)));
  return found.flatMap(({ kind, folders }) =>
    folders
      .filter(({ name }) => !known.has(name))
      .map(({ name, sizeBytes }) => ({
        study: decodeURIComponent(name),
        kind,
        sizeBytes,
        remove: () => rm(join(folder, kind, name), { recursive: true, force: true }),
      })),
  );
}
