/** What a changed study file may change of a study that has trials, and what it may not. */
import { canonicalJson, TunesmithError, type Json } from "../../base/index.ts";
import type { Revision } from "../../search/study/index.ts";
import type { StudyDefinition } from "../../search/trial/index.ts";
import { valueAt, withValueAt } from "./document-schema.ts";
import type { SourcePath } from "./problems.ts";

/** Earlier results would mean something else under another value of these. */
const fixedParts = [
  "objective",
  "otherObjectives",
  "outcomeConstraints",
  "replicates",
  "duplicates",
  "ordered",
  "initial",
  "seed",
] as const satisfies readonly (keyof StudyDefinition)[];

/**
 * The changes that make the study what the file says.
 *
 * @throws INVALID_USAGE, naming what differs and cannot be changed
 */
export function revisionOf(study: StudyDefinition, file: StudyDefinition): Revision {
  const parts = fixedParts.filter((part) => text(study[part]) !== text(file[part]));
  const documents = fixedDocument(study, file);
  const fixed = [...parts, ...differences(documents.study, documents.file)];
  if (fixed.length > 0) {
    throw new TunesmithError("INVALID_USAGE", {
      message: `study \`${study.name}\`: only its space, method, scheduler, end rules, labels, description and number of trials can change, got another ${listText(fixed)}.`,
      hint: "Start another study with these, and let it learn from this one by `search.warmStart`.",
      facts: { differs: fixed },
    });
  }
  const { description, space, sampler, scheduler = null, endWhen = null, labels = null, maxTrials } = file;
  return { description, space, sampler, scheduler, endWhen, labels, maxTrials };
}

/** Both documents with the study's own values wherever either searches, and where `run` writes. */
function fixedDocument(study: StudyDefinition, file: StudyDefinition) {
  const searched = [study, file].flatMap(({ space }) =>
    [...space.parameters, ...(space.derived ?? [])].map(({ name }) => name.split(".")),
  );
  const free: readonly SourcePath[] = [["data", "contentHash"], ...searched];
  const document = free.reduce<unknown>(
    (changed, path) => withValueAt(changed, path, valueAt(study.baseDocument, path)),
    file.baseDocument,
  );
  return { study: withoutEmpty(study.baseDocument), file: withoutEmpty(document as Json) };
}

/** Paths at which two documents have different values. */
function differences(a: unknown, b: unknown, path: SourcePath = []): readonly string[] {
  if (text(a) === text(b)) return [];
  const isMapping = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isMapping(a) || !isMapping(b)) return [path.join(".")];
  const keys = new Set([...Object.keys(a as object), ...Object.keys(b as object)]);
  return [...keys].flatMap((key) => differences(valueAt(a, [key]), valueAt(b, [key]), [...path, key]));
}

/** A longer list is not read. */
const mostNames = 5;

function listText(names: readonly string[]): string {
  const shown = names.slice(0, mostNames).map((name) => `\`${name}\``);
  return shown.join(", ") + (names.length > mostNames ? ` and ${names.length - mostNames} more` : "");
}

/** Mappings that hold nothing are only places for searched values. */
function withoutEmpty(value: Json): Json | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const kept = Object.entries(value).flatMap(([key, item]) => {
    const inner = item === undefined ? undefined : withoutEmpty(item);
    return inner === undefined ? [] : [[key, inner] as const];
  });
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

function text(value: unknown): string {
  return value === undefined ? "" : canonicalJson(value);
}
