import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, extname, resolve } from "node:path";

import { nearestName, TunesmithError } from "../../base/index.ts";
import {
  checkStudy,
  type CheckedStudy,
  type CheckedTraining,
  type CheckStudyOptions,
} from "./check-study.ts";
import { checkCommandStudy, isCommandStudy } from "./command/check-command-study.ts";
import { importStudy, invalidFile } from "./import-study.ts";
import { overrideSource, type Override } from "./overrides.ts";
import { checkSweep } from "./wandb/check-sweep.ts";
import { readSweep, type SweepSource } from "./wandb/read-sweep.ts";
import { maxFileBytes, readYaml, type Source } from "./yaml-source.ts";

const yamlEndings: readonly string[] = [".yaml", ".yml"];
const scriptEndings: readonly string[] = [".ts", ".mts", ".js", ".mjs"];

export interface LoadStudyOptions {
  readonly overrides?: readonly Override[];
}

/**
 * The study that a file describes: YAML, a W&B sweep among it, or a TypeScript module that exports what `defineStudy`
 * returns. A module is the person's own program and is executed.
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
    const text = await readFile(path, "utf8");
    const folder = dirname(resolve(path));
    const sweep = readSweep(text, path);
    if (sweep !== undefined) {
      return checkSweep(sweep, { ...options, folder: await programFolder(sweep, options, folder) });
    }
    return checkEither(readYaml(text, path), options.overrides, { folder });
  }
  const source = { value: await importStudy(path), locate: () => path };
  return checkEither(source, options.overrides, { file: resolve(path), folder: dirname(resolve(path)) });
}

/** As `loadStudyFile`, for who needs data and a model. @throws INVALID_USAGE for a study whose trials run a program */
export async function loadTrainingFile(
  path: string,
  options: LoadStudyOptions = {},
): Promise<CheckedTraining> {
  const { document, ...checked } = await loadStudyFile(path, options);
  if (document !== null) return { ...checked, document };
  throw new TunesmithError("INVALID_USAGE", {
    message: `${path}: expected a study of built-in training, got one whose trials run a program.`,
    hint: "What a program reads and trains is known to the program alone.",
  });
}

/** As `loadStudyFile`, of a YAML text; `fileName` is for messages. */
export function readStudyText(
  text: string,
  fileName: string,
  overrides: readonly Override[] = [],
): CheckedTraining {
  return checkSource(readYaml(text, fileName), overrides);
}

/** A study of built-in training, or of a program. */
function checkEither(
  source: Source,
  overrides: readonly Override[] = [],
  options: CheckStudyOptions & { readonly folder: string },
): CheckedStudy {
  if (!isCommandStudy(source.value)) return checkSource(source, overrides, options);
  const { value, locate } = overrideSource(source, overrides);
  return checkCommandStudy(value as { readonly command: unknown }, locate, options.folder);
}

function checkSource(
  source: Source,
  overrides: readonly Override[] = [],
  options: CheckStudyOptions = {},
): CheckedTraining {
  const { value, locate } = overrideSource(source, overrides);
  return checkStudy(value, locate, options);
}

/**
 * Where a sweep's program runs: beside the file, or, when it lies only there, where the process stands, as under W&B's
 * agent.
 */
async function programFolder(
  { value }: SweepSource,
  { overrides = [] }: LoadStudyOptions,
  beside: string,
): Promise<string> {
  const program = overrides.findLast(({ path }) => path.join(".") === "program")?.value ?? value["program"];
  if (typeof program !== "string" || program === "") return beside;
  for (const folder of [beside, process.cwd()]) {
    const found = await stat(resolve(folder, program)).catch(() => undefined);
    if (found?.isFile() === true) return folder;
  }
  return beside;
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
