import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { TunesmithError } from "../../base/index.ts";
import { isDefinedStudy, type StudyInput } from "./define-study.ts";

/**
 * The study that a module exports. A module is the person's own program and is executed.
 *
 * @throws INVALID_STUDY_FILE
 */
export async function importStudy(path: string): Promise<StudyInput> {
  let module: Record<string, unknown>;
  try {
    module = (await import(pathToFileURL(resolve(path)).href)) as Record<string, unknown>;
  } catch (error) {
    throw new TunesmithError("INVALID_STUDY_FILE", {
      message: `${path}: cannot be imported: ${error instanceof Error ? error.message : String(error)}`,
      hint: "Node runs TypeScript whose types can be erased; `tsc --noEmit` shows type errors.",
      cause: error,
    });
  }
  const studies = [module["default"], ...Object.values(module)].filter(isDefinedStudy);
  const [study, ...others] = new Set(studies);
  if (study === undefined || others.length > 0) {
    throw invalidFile(
      `${path}: expected one export made by \`defineStudy\`, got ${studies.length === 0 ? "none" : others.length + 1}.`,
    );
  }
  return study;
}

export function invalidFile(message: string): TunesmithError {
  return new TunesmithError("INVALID_STUDY_FILE", {
    message,
    hint: "`tunesmith init` writes a commented example, study.yaml.",
  });
}
