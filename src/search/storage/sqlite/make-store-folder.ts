import { closeSync, fsyncSync, mkdirSync, openSync } from "node:fs";
import { dirname, resolve } from "node:path";

/**
 * Makes the folder and those above it that are missing. Their names are synced: a file system may forget a folder in a power
 * failure, with all that was synced inside it.
 */
export function makeStoreFolder(folder: string): void {
  const first = mkdirSync(folder, { recursive: true });
  // Folders cannot be opened on Windows, where their names are durable by themselves.
  if (first === undefined || process.platform === "win32") return;
  const above = dirname(resolve(first));
  for (let path = resolve(folder); path !== above; path = dirname(path)) syncFolder(dirname(path));
}

function syncFolder(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
