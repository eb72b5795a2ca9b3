import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

import type { Clock } from "../../base/index.ts";
import type { StudyFiles } from "../../search/storage/index.ts";
import type { StudyId } from "../../search/trial/index.ts";

export interface ShelfFile {
  readonly name: string;
  readonly sizeBytes: number;
  /** By the clock of who wrote it. */
  readonly writtenAt: number;
}

/**
 * Files of one kind and study, where every worker that may need them finds them.
 *
 * **Atomicity.** A file is there whole or not at all, and with the last bytes that were written under its name.
 */
export interface FileShelf {
  /** Undefined when there is none of that name. */
  read(name: string): Promise<Uint8Array | undefined>;
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** Nothing happens when there is none. */
  remove(name: string): Promise<void>;
  list(): Promise<readonly ShelfFile[]>;
  removeAll(): Promise<void>;
}

/** A folder: one machine's own, or one that several machines share. */
export class FolderShelf implements FileShelf {
  readonly #folder: string;

  /** @param folder is made when something is written; the folder above the one that it lies in must be there */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async read(name: string): Promise<Uint8Array | undefined> {
    try {
      // A copy of its own: a Buffer may be part of a larger one.
      return new Uint8Array(await readFile(join(this.#folder, name)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  /** Written under another name, synced and renamed. */
  async write(name: string, bytes: Uint8Array): Promise<void> {
    await makeFolder(dirname(this.#folder));
    await makeFolder(this.#folder);
    const path = join(this.#folder, name);
    const temporary = `${path}.${process.pid}.tmp`;
    const file = await open(temporary, "w");
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(this.#folder);
  }

  async remove(name: string): Promise<void> {
    await rm(join(this.#folder, name), { force: true });
  }

  /** Also what is being written, or was when a process died, under names of its own. */
  async list(): Promise<readonly ShelfFile[]> {
    return listFolder(this.#folder);
  }

  async removeAll(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** In the study's store: a file travels wherever the store is reached. */
export interface StorePlace {
  readonly storage: StudyFiles;
  readonly studyId: StudyId;
  readonly clock: Clock;
}

export class StoreShelf implements FileShelf {
  readonly #place: StorePlace;
  readonly #kind: string;

  constructor(place: StorePlace, kind: string) {
    this.#place = place;
    this.#kind = kind;
  }

  async read(name: string): Promise<Uint8Array | undefined> {
    const { storage, studyId } = this.#place;
    return storage.readFile(studyId, `${this.#kind}/${name}`);
  }

  /** @throws INVALID_USAGE for a file that is larger than a store takes */
  async write(name: string, bytes: Uint8Array): Promise<void> {
    const { storage, studyId, clock } = this.#place;
    await storage.writeFile(studyId, `${this.#kind}/${name}`, { bytes, now: clock.now() });
  }

  async remove(name: string): Promise<void> {
    const { storage, studyId } = this.#place;
    await storage.removeFile(studyId, `${this.#kind}/${name}`);
  }

  async list(): Promise<readonly ShelfFile[]> {
    const { storage, studyId } = this.#place;
    const files = await storage.listFiles(studyId, this.#kind);
    return files.map((file) => ({ ...file, name: file.name.slice(this.#kind.length + 1) }));
  }

  async removeAll(): Promise<void> {
    for (const { name } of await this.list()) await this.remove(name);
  }
}

/** The files and folders in a folder; none when it is not there. A folder has the size of all that it holds. */
export async function listFolder(folder: string): Promise<readonly ShelfFile[]> {
  const names = await readdir(folder).catch(() => []);
  const listed = names.map(async (name): Promise<ShelfFile[]> => {
    try {
      const facts = await stat(join(folder, name));
      const sizeBytes = facts.isDirectory() ? await folderBytes(join(folder, name)) : facts.size;
      return [{ name, sizeBytes, writtenAt: facts.mtimeMs }];
    } catch {
      // It went away in the meantime.
      return [];
    }
  });
  return (await Promise.all(listed)).flat();
}

async function folderBytes(folder: string): Promise<number> {
  return (await listFolder(folder)).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
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
