import { resolve } from "node:path";

import { FolderShelf, StoreShelf, type FileShelf, type ShelfFile, type StorePlace } from "./file-shelf.ts";

export { makeFolder } from "./file-shelf.ts";

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

export interface ListedTrialFile extends ShelfFile {
  readonly trial: number;
  /** False for one that is being written, or was when its process died. */
  readonly isWhole: boolean;
  readonly remove: () => Promise<void>;
}

/**
 * Tensors of trials, in a folder as `checkpoints/<study>/<trial>.safetensors` and `inherit/<study>/<trial>-<step>.safetensors`, or
 * in the store itself.
 *
 * **Purity.** A file's content is a function of the trial's document and of how far the trial is, so it never matters which
 * attempt wrote it, on which machine.
 */
export class TrialFiles {
  readonly #shelf: FileShelf;

  /** @param place a folder, or a store that keeps the files itself */
  constructor(place: string | StorePlace, { kind, study }: TrialFilesOptions) {
    this.#shelf =
      typeof place === "string"
        ? new FolderShelf(resolve(place, kind, fileSafe(study)))
        : new StoreShelf(place, kind);
  }

  async read(name: TrialFileName): Promise<Uint8Array | undefined> {
    return this.#shelf.read(fileName(name));
  }

  async write(name: TrialFileName, bytes: Uint8Array): Promise<void> {
    await this.#shelf.write(fileName(name), bytes);
  }

  async remove(name: TrialFileName): Promise<void> {
    await this.#shelf.remove(fileName(name));
  }

  /** Removes the files of a trial's steps but for its last ones. */
  async removeEarlierSteps(trial: number, kept: number): Promise<void> {
    const names = await this.#shelf.list();
    const steps = names
      .map(({ name }) => /^(\d+)-(\d+)\.safetensors$/.exec(name))
      .filter((match) => match !== null && Number(match[1]) === trial)
      .map((match) => Number(match![2]))
      .toSorted((a, b) => b - a);
    for (const step of steps.slice(kept)) await this.remove(`${trial}-${step}`);
  }

  /** Everything that is there, also what a process that died was writing. */
  async list(): Promise<readonly ListedTrialFile[]> {
    return (await this.#shelf.list()).flatMap((file) => {
      const match = /^(\d+)(?:-\d+)?\.safetensors(\.\d+\.tmp)?$/.exec(file.name);
      if (match === null) return [];
      const remove = () => this.#shelf.remove(file.name);
      return [{ ...file, trial: Number(match[1]), isWhole: match[2] === undefined, remove }];
    });
  }

  /** Removes all files of the kind and study. */
  async removeAll(): Promise<void> {
    await this.#shelf.removeAll();
  }

  /** Removes the files of all trials but one; a file that is being written is left alone. */
  async removeAllBut(trial: number): Promise<void> {
    const names = await this.#shelf.list();
    const others = names.filter(
      ({ name }) => /^\d+\.safetensors$/.test(name) && parseInt(name, 10) !== trial,
    );
    for (const { name } of others) await this.#shelf.remove(name);
  }
}

function fileName(name: TrialFileName): string {
  return `${name}.safetensors`;
}

/** A study's name as the name of one folder: no separators, and never `.` or `..`. */
export function fileSafe(name: string): string {
  return encodeURIComponent(name).replace(/^\./, "%2E");
}
