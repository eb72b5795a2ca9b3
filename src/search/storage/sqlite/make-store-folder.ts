import { closeSync, existsSync, fsyncSync, mkdirSync, openSync } from "node:fs";
import { dirname, resolve } from "node:path";

/**
 * Makes the folder and those above it that are missing. Their names are synced: a file system may forget a folder in a power
 * failure, with all that was synced inside it.
 */
export function makeStoreFolder(folder: string): void {
  const missing: string[] = [];
  for (let path = resolve(folder); !existsSync(path); path = dirname(path)) missing.unshift(path);
  for (const path of missing) makeFolder(path);
  // Nothing is left to do, but for an error when there is a file of that name.
  mkdirSync(folder, { recursive: true });
}

/** Not `recursive`: on a read-only disk that says that the folder above is missing. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process was faster, and syncs it.
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return;
    throw error;
  }
  syncFolder(dirname(path));
}

function syncFolder(path: string): void {
  // Folders cannot be opened on Windows, where their names are durable by themselves.
  if (process.platform === "win32") return;
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
