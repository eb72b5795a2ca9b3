import { TunesmithError } from "../../base/index.ts";
import type { StudyId } from "../trial/index.ts";

/** `kind/name`, such as `checkpoints/12`. */
export type StudyFileName = `${string}/${string}`;

export interface StudyFileRecord {
  readonly name: StudyFileName;
  readonly sizeBytes: number;
  readonly writtenAt: number;
}

/** Larger ones belong into a shared folder: a database moves them through memory. */
const largestStudyFileBytes = 256 * 1024 * 1024;

/** Files of a study that travel with its store: checkpoints and weights, where workers share no folder. */
export interface StudyFiles {
  /** Replaces a file of that name. @throws INVALID_USAGE for a name or size that no file may have */
  writeFile(studyId: StudyId, name: StudyFileName, file: { bytes: Uint8Array; now: number }): Promise<void>;
  /** Undefined when there is none. */
  readFile(studyId: StudyId, name: StudyFileName): Promise<Uint8Array | undefined>;
  /** Nothing happens when there is none. */
  removeFile(studyId: StudyId, name: StudyFileName): Promise<void>;
  /** Those of one kind, ordered by name. */
  listFiles(studyId: StudyId, kind: string): Promise<StudyFileRecord[]>;
}

/** The border of every storage. @throws INVALID_USAGE */
export function checkStudyFile(name: string, bytes: Uint8Array): void {
  if (!/^[a-z]+\/\w[\w.-]{0,199}$/.test(name)) {
    throw new TunesmithError("INVALID_USAGE", {
      message: `study file: its name must be \`kind/name\` in letters, digits, \`.\`, \`_\` and \`-\`, got ${JSON.stringify(name)}.`,
    });
  }
  if (bytes.length <= largestStudyFileBytes) return;
  throw new TunesmithError("INVALID_USAGE", {
    message: `study file \`${name}\`: it may have ${largestStudyFileBytes} bytes in a store, got ${bytes.length}.`,
    hint: "Keep large files in a folder that all workers share, by --files FOLDER.",
    facts: { name, sizeBytes: bytes.length },
  });
}
