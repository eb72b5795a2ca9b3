import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { nearestName, TunesmithError } from "../../base/index.ts";
import { checkStudy, type CheckedStudy, type CheckStudyOptions } from "./check-study.ts";
import { isDefinedStudy, type StudyCallbacks, type StudyInput } from "./define-study.ts";
import { overrideSource, type Override } from "./overrides.ts";
import { maxFileBytes, readYaml, type Source } from "./yaml-source.ts";

const yamlEndings: readonly string[] = [".yaml", ".yml"];
const scriptEndings: readonly string[] = [".ts", ".mts", ".js", ".mjs"];

export interface LoadStudyOptions {
  readonly overrides?: readonly Override[];
}

/**
 * The study that a file describes: YAML, or a TypeScript module that exports what `defineStudy` returns. A module is
 * the person's own program and is executed.
 *
 * @throws INVALID_STUDY_FILE with every problem of the file; INVALID_USAGE for overrides that contradict it.
 */
export async function loadStudyFile(path: string, options: LoadStudyOptions = {}): Promise<CheckedStudy> {
  const ending = extname(path).toLowerCase();
  if (!yamlEndings.includes(ending) && !scriptEndings.includes(ending)) {
    throw invalidFile(
      `${path}: expected a file that ends with ${[...yamlEndings, ...scriptEndings].join(", ")}, got \`${basename(path)}\`.`,
    );
  }
  await checkFile(path);
  if (yamlEndings.includes(ending)) {
    return checkSource(readYaml(await readFile(path, "utf8"), path), options.overrides);
  }
  const source = { value: await importStudy(path), locate: () => path };
  return checkSource(source, options.overrides, { file: resolve(path) });
}

/**
 * The callbacks of a study that was made from this file.
 *
 * @throws INVALID_STUDY_FILE when the file is gone or has them no longer.
 */
export async function loadCallbacks(path: string): Promise<StudyCallbacks> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw callbacksLost(path, "there is no such file");
  const { onEpoch } = await importStudy(path);
  if (typeof onEpoch !== "function") throw callbacksLost(path, "its study has no `onEpoch`");
  return { onEpoch };
}

function callbacksLost(path: string, what: string): TunesmithError {
  return new TunesmithError("INVALID_STUDY_FILE", {
    message: `${path}: expected the study file whose \`onEpoch\` this study's trials call, got nothing: ${what}.`,
    hint: "Put the file back where the study was started from, or start another study without callbacks.",
    facts: { path },
  });
}

/** As `loadStudyFile`, of a YAML text; `fileName` is for messages. */
export function readStudyText(
  text: string,
  fileName: string,
  overrides: readonly Override[] = [],
): CheckedStudy {
  return checkSource(readYaml(text, fileName), overrides);
}

function checkSource(
  source: Source,
  overrides: readonly Override[] = [],
  options: CheckStudyOptions = {},
): CheckedStudy {
  const { value, locate } = overrideSource(source, overrides);
  return checkStudy(value, locate, options);
}

async function checkFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) {
    const neighbours = await readdir(dirname(resolve(path))).catch(() => []);
    const nearest = nearestName(basename(path), neighbours);
    throw invalidFile(
      `${path}: there is no such file${nearest === undefined ? "." : `; did you mean \`${nearest}\`?`}`,
    );
  }
  if (!found.isFile()) throw invalidFile(`${path}: expected a file, got a folder or device.`);
  if (found.size > maxFileBytes) {
    throw invalidFile(`${path}: a study file may have at most ${maxFileBytes} bytes, got ${found.size}.`);
  }
}

async function importStudy(path: string): Promise<StudyInput> {
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

function invalidFile(message: string): TunesmithError {
  return new TunesmithError("INVALID_STUDY_FILE", {
    message,
    hint: "`tunesmith init` writes a commented example, study.yaml.",
  });
}
