/** What of its data a study says before a trial is made of it, and getting it once for several worker processes. */
import type { Json } from "../../base/index.ts";
import {
  dataSchema,
  describeDataset,
  loadDataset,
  type DataDocument,
  type DatasetReference,
  type SourceOptions,
} from "../../learning/data/index.ts";
import type { StudyDefinition } from "../../search/trial/index.ts";
import { isCommandDocument } from "../spec/index.ts";

/** The data of every trial; null when the study searches over it, or its program reads what it wants. */
export function dataOfAll(definition: StudyDefinition): DataDocument | null {
  if (isCommandDocument(definition.baseDocument)) return null;
  return searches(definition, "data") ? null : baseData(definition);
}

/**
 * Downloads or decodes what several workers would otherwise all download or decode.
 *
 * @returns the hash of files whose content nothing else fixes, when all trials read the same ones
 * @throws DATA_NOT_FOUND, INVALID_DATA
 */
export async function obtainData(
  definition: StudyDefinition,
  options: SourceOptions,
): Promise<string | undefined> {
  const base = baseData(definition);
  let contentHash: string | undefined;
  for (const dataset of datasetsOf(definition)) {
    const { facts, location } = await describeDataset(dataset, options);
    if (location.isAtHand && facts !== null) continue;
    const read = await loadDataset({ ...base, dataset }, options);
    const isFixed = facts !== null || searches(definition, "data.dataset");
    contentHash = isFixed ? undefined : read.contentHash;
  }
  return contentHash;
}

/** A trial then refuses files that have changed since the study was created, and other machines' files of the same name. */
export function withContentHash(definition: StudyDefinition, contentHash: string): StudyDefinition {
  const data = { ...baseData(definition), contentHash };
  const document = definition.baseDocument as Readonly<Record<string, Json>>;
  return { ...definition, baseDocument: { ...document, data: JSON.parse(JSON.stringify(data)) as Json } };
}

function baseData({ baseDocument }: StudyDefinition): DataDocument {
  return dataSchema.parse((baseDocument as { readonly data: unknown }).data);
}

function searches({ space }: StudyDefinition, path: string): boolean {
  return space.parameters.some(({ name }) => name === path || name.startsWith(`${path}.`));
}

function datasetsOf(definition: StudyDefinition): readonly DatasetReference[] {
  const distribution = definition.space.parameters.find(({ name }) => name === "data.dataset")?.distribution;
  if (distribution?.kind === "categorical") return distribution.values as readonly DatasetReference[];
  if (distribution?.kind === "constant") return [distribution.value as DatasetReference];
  return [baseData(definition).dataset];
}
