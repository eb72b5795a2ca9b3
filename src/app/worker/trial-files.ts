import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

/**
 * checkpoints: of unfinished trials; weights: of the best trial that is completed; inherit: checkpoints at the steps at which
 * a population is judged.
 */
export type TrialFileKind = "checkpoints" | "weights" | "inherit";

/** A trial by its number, or a trial after one of its steps. */
export type TrialFileName = number | `${number}-${number}`;

export interface TrialFilesOptions {
  readonly kind: TrialFileKind;
  readonly study: string;
}

/**
 * Tensors of trials as files beside the store: `checkpoints/<study>/<trial>.safetensors`,
 * `inherit/<study>/<trial>-<step>.safetensors`.
 *
 * **Atomicity.** A file is there whole or not at all: it is written under another name, synced and renamed.
 * **Purity.** Its content is a function of the trial's document and of how far the trial is, so it never matters which
 * attempt wrote it.
 */
export class TrialFiles {
  readonly #folder: string;

  /** @param store the folder of the store. */
  constructor(store: string, { kind, study }: TrialFilesOptions) {
    this.#folder = resolve(store, kind, fileSafe(study));
  }

  path(name: TrialFileName): string {
    return join(this.#folder, `${name}.safetensors`);
  }

  async read(name: TrialFileName): Promise<Uint8Array | undefined> {
    try {
      // A copy of its own: a Buffer may be part of a larger one.
      return new Uint8Array(await readFile(this.path(name)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  async write(name: TrialFileName, bytes: Uint8Array): Promise<void> {
    // Not `recursive`: a store that was deleted meanwhile must not come back without its database.
    await makeFolder(dirname(this.#folder));
    await makeFolder(this.#folder);
    const path = this.path(name);
    const temporary = `${path}.${process.pid}.tmp`;
    const file = await open(temporary, "w");
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  }

  async remove(name: TrialFileName): Promise<void> {
    await rm(this.path(name), { force: true });
  }

  /** Removes the files of a trial's steps but for its last ones. */
  async removeEarlierSteps(trial: number, kept: number): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    const steps = names
      .map((name) => /^(\d+)-(\d+)\.safetensors$/.exec(name))
      .filter((match) => match !== null && Number(match[1]) === trial)
      .map((match) => Number(match![2]))
      .toSorted((a, b) => b - a);
    for (const step of steps.slice(kept)) await this.remove(`${trial}-${step}`);
  }

  /** Removes the study's folder. */
  async removeAll(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Removes the files of all trials but one; a file that is being written is left alone. */
  async removeAllBut(trial: number): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    const others = names.filter((name) => /^\d+\.safetensors$/.test(name) && parseInt(name, 10) !== trial);
    for (const name of others) await rm(join(this.#folder, name), { force: true });
  }
}

/**
 * Not `recursive`: a store that was deleted meanwhile must not come back without its database. A new folder's name is
 * synced, or a power failure may take the folder with all that was synced inside it.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return;
    throw error;
  }
  await syncFolder(dirname(path));
}

/** A study's name as the name of one folder: no separators, and never `.` or `..`. */
export function fileSafe(name: string): string {
  return encodeURIComponent(name).replace(/^\./, "%2E");
}

async function syncFolder(folder: string): Promise<void> {
  // Folders cannot be opened on Windows, where the rename is durable by itself.
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
