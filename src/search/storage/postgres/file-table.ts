import type { StudyId } from "../../trial/index.ts";
import { checkStudyFile, type StudyFileName, type StudyFileRecord, type StudyFiles } from "../study-files.ts";
import type { Database } from "./database.ts";
import { statement } from "./statement.ts";

interface FileKey {
  readonly study_id: number;
  readonly name: string;
}

/**
 * Of one message: a file that is written or read as one is several times in memory, here and on the server, and one of more
 * than 256 MiB is too long for the text that the client makes of it.
 */
const partBytes = 1024 * 1024;

const putFile = statement<FileKey & { size: number; now: number }, { id: number }>(
  "put_file",
  `INSERT INTO tunesmith.study_file (study_id, name, size, written_at) VALUES (@study_id, @name, @size, @now)
   ON CONFLICT (study_id, name) DO UPDATE SET size = excluded.size, written_at = excluded.written_at
   RETURNING id`,
);
const removeParts = statement<{ file_id: number }, object>(
  "remove_parts",
  "DELETE FROM tunesmith.study_file_part WHERE file_id = @file_id",
);
const insertPart = statement<{ file_id: number; part: number; bytes: Uint8Array }, object>(
  "insert_part",
  "INSERT INTO tunesmith.study_file_part (file_id, part, bytes) VALUES (@file_id, @part, @bytes)",
);
const findFile = statement<FileKey, { id: number; size: number }>(
  "find_file",
  "SELECT id, size FROM tunesmith.study_file WHERE study_id = @study_id AND name = @name",
);
const readPart = statement<{ file_id: number; part: number }, { bytes: Buffer }>(
  "read_part",
  "SELECT bytes FROM tunesmith.study_file_part WHERE file_id = @file_id AND part = @part",
);
const removeFile = statement<FileKey, object>(
  "remove_file",
  "DELETE FROM tunesmith.study_file WHERE study_id = @study_id AND name = @name",
);
const listFiles = statement<
  { study_id: number; kind: string },
  { name: string; size: number; written_at: number }
>(
  "list_files",
  `SELECT name, size, written_at FROM tunesmith.study_file
   WHERE study_id = @study_id AND split_part(name, '/', 1) = @kind ORDER BY name`,
);

/** Files in parts, written and read in one transaction each: a file is there whole or not at all. */
export class FileTable implements StudyFiles {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async writeFile(
    studyId: StudyId,
    name: StudyFileName,
    { bytes, now }: { bytes: Uint8Array; now: number },
  ): Promise<void> {
    checkStudyFile(name, bytes);
    await this.#database.transaction(async (session) => {
      // Whoever writes the same file at the same time waits here, and the last one's bytes stay.
      const file = await session.first(putFile, { study_id: studyId, name, size: bytes.length, now });
      const file_id = file!.id;
      await session.all(removeParts, { file_id });
      for (let part = 0; part * partBytes < bytes.length; part++) {
        const slice = bytes.subarray(part * partBytes, (part + 1) * partBytes);
        await session.all(insertPart, { file_id, part, bytes: slice });
      }
    });
  }

  async readFile(studyId: StudyId, name: StudyFileName): Promise<Uint8Array | undefined> {
    return this.#database.transaction(async (session) => {
      const file = await session.first(findFile, { study_id: studyId, name });
      if (file === undefined) return undefined;
      const bytes = new Uint8Array(file.size);
      for (let part = 0; part * partBytes < file.size; part++) {
        const row = await session.first(readPart, { file_id: file.id, part });
        bytes.set(row!.bytes, part * partBytes);
      }
      return bytes;
    }, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  }

  async removeFile(studyId: StudyId, name: StudyFileName): Promise<void> {
    await this.#database.all(removeFile, { study_id: studyId, name });
  }

  async listFiles(studyId: StudyId, kind: string): Promise<StudyFileRecord[]> {
    const rows = await this.#database.all(listFiles, { study_id: studyId, kind });
    return rows.map(({ name, size, written_at }) => ({
      name: name as StudyFileName,
      sizeBytes: size,
      writtenAt: written_at,
    }));
  }
}
