/** Code of a study's author, which every process that trains imports from the study file: callbacks and data sources. */
import { stat } from "node:fs/promises";

import { TunesmithError } from "../../base/index.ts";
import type { SourceOptions } from "../../learning/data/index.ts";
import { mapFile } from "../../learning/runtime/index.ts";
import type { StudyDefinition } from "../../search/trial/index.ts";
import { importStudy } from "./import-study.ts";
import type { StudyCallbacks, StudyInput } from "./define-study.ts";
import { withoutSources } from "./study-sources.ts";

/**
 * The callbacks of a study that was made from this file.
 *
 * @throws INVALID_STUDY_FILE when the file is gone or has them no longer.
 */
export async function loadCallbacks(path: string): Promise<StudyCallbacks> {
  const { onEpoch } = await importCode(path, "callbacks");
  if (typeof onEpoch === "function") return { onEpoch };
  throw codeLost(path, "callbacks", "its study has no `onEpoch`");
}

/**
 * The data sources of a study that was made from this file, by name.
 *
 * @throws INVALID_STUDY_FILE when the file is gone or has none any longer.
 */
async function loadSources(path: string): Promise<NonNullable<SourceOptions["custom"]>> {
  const { sources } = withoutSources(await importCode(path, "data sources"));
  if (Object.keys(sources).length > 0) return sources;
  throw codeLost(path, "data sources", "its study has none");
}

/** What a study's data is read with. @throws INVALID_STUDY_FILE */
export async function sourceOptionsOf(
  { sources }: Pick<StudyDefinition, "sources">,
  options: SourceOptions,
): Promise<SourceOptions> {
  const custom = sources === undefined ? {} : { custom: await loadSources(sources.file) };
  return { mapFile, ...options, ...custom };
}

async function importCode(path: string, what: string): Promise<StudyInput> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw codeLost(path, what, "there is no such file");
  return importStudy(path);
}

function codeLost(path: string, what: string, why: string): TunesmithError {
  return new TunesmithError("INVALID_STUDY_FILE", {
    message: `${path}: expected the study file with this study's ${what}, got nothing: ${why}.`,
    hint: `Put the file back where the study was started from, or start another study without ${what}.`,
    facts: { path },
  });
}
