import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, extname, resolve } from "node:path";

import { nearestName } from "../../base/index.ts";
import { checkStudy, type CheckedStudy, type CheckStudyOptions } from "./check-study.ts";
import { importStudy, invalidFile } from "./import-study.ts";
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
    const source = readYaml(await readFile(path, "utf8"), path);
    return checkSource(source, options.overrides, { folder: dirname(resolve(path)) });
  }
  const source = { value: await importStudy(path), locate: () => path };
  return checkSource(source, options.overrides, { file: resolve(path), folder: dirname(resolve(path)) });
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
