/** Where the files of a store's studies are: those of which every worker must find the last one, and those of one machine. */
import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";

import { isUrl, systemClock, TunesmithError } from "../../base/index.ts";
import type { StudyFiles } from "../../search/storage/index.ts";
import type { StudyRecord } from "../../search/trial/index.ts";
import type { StorePlace } from "./file-shelf.ts";
import { TrialFiles, type TrialFileKind } from "./trial-files.ts";

/** Of a store on a server, when nobody names a folder for what stays on this machine. */
const localFolder = ".tunesmith";

export interface FilePlacesOptions {
  /** A folder, or the URL of a server. */
  readonly store: string;
  /** A folder for all files, which every worker reaches under some path; undefined where each kind has its usual place. */
  readonly files?: string | undefined;
}

export class FilePlaces {
  /** For programs' logs and folders, and histograms: what nobody needs to go on with a trial. */
  readonly local: string;
  /** For checkpoints and weights; null where the store keeps them itself. */
  readonly #shared: string | null;
  /** False for the folder of a store, which comes and goes with the store. */
  readonly #isOwn: boolean;

  constructor({ store, files }: FilePlacesOptions) {
    const folder = files ?? (isUrl(store) ? null : store);
    this.#shared = folder === null ? null : resolve(folder);
    this.local = resolve(folder ?? localFolder);
    this.#isOwn = files !== undefined || isUrl(store);
  }

  /** To be called before anything is written. @throws INVALID_USAGE for a folder that cannot be made */
  async prepare(): Promise<void> {
    if (!this.#isOwn) return;
    await mkdir(this.local, { recursive: true }).catch((error: unknown) => {
      throw new TunesmithError("INVALID_USAGE", {
        message: `files: expected a folder that is there or can be made, got ${(error as Error).message}.`,
        hint: "Name another one by --files FOLDER.",
        facts: { folder: this.local },
        cause: error,
      });
    });
  }

  trialFiles(kind: TrialFileKind, { storage, study }: StudyFilesOptions): TrialFiles {
    const place: StorePlace = { storage, studyId: study.id, clock: systemClock };
    return new TrialFiles(this.#shared ?? place, { kind, study: study.definition.name });
  }
}

export interface StudyFilesOptions {
  readonly storage: StudyFiles;
  readonly study: StudyRecord;
}
