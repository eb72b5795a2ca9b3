import { basename } from "node:path";

import { z } from "zod";

import { suggestName, TunesmithError } from "../../../base/index.ts";
import { arraysDataset, arraysTest, type ArrayPair } from "../arrays/arrays-dataset.ts";
import { arraysFields } from "../arrays/labels.ts";
import { openArchive, type Archive } from "../arrays/npz.ts";
import { LockedSplit } from "../locked-split.ts";
import { locateOwnFiles, requireOwnFile } from "./own-file.ts";
import { readingFile } from "./reading-file.ts";
import { defineSourceKind, type DatasetSource, type SourceOptions } from "./source.ts";

const arrayName = z.string().min(1);

const schema = z.strictObject({
  kind: z.literal("npz"),
  path: z.string().min(1),
  /** Names of arrays in the file, which are as files of the kind `npy`. Default to `x_train` and `y_train`. */
  features: arrayName.optional(),
  labels: arrayName.optional(),
  /** The test split. Default to `x_test` and `y_test` where the file has them, else to a part of the examples. */
  testFeatures: arrayName.optional(),
  testLabels: arrayName.optional(),
  ...arraysFields,
});

type NpzReference = z.output<typeof schema>;

export const npz = defineSourceKind({ schema, paths: ["path"], source });

function source(reference: NpzReference): DatasetSource {
  const { path, task, classes } = reference;
  const name = basename(path);
  return {
    name,
    title: `Archive of arrays ${path}`,
    origin: { address: null, licence: "your own" },
    taskKind: task ?? null,
    facts: null,
    // Right for tables, and for images as good as any.
    defaultScaling: "standardize",
    locate: (options) => locateOwnFiles([path], options),
    load: async (options) => {
      const archive = await open(path, options);
      const pair = await readPair(archive, [
        ["features", reference.features ?? "x_train"],
        ["labels", reference.labels ?? "y_train"],
      ]);
      const dataset = arraysDataset(pair, { task, classes });
      const hidden = testNames(archive, reference);
      if (hidden === null) return { name, test: null, ...dataset };
      const later = { ...options, signal: undefined };
      const read = async () => arraysTest(await readPair(await open(path, later), hidden), dataset);
      return { name, test: new LockedSplit(null, read), ...dataset };
    },
  };
}

async function open(path: string, options: SourceOptions): Promise<Archive> {
  options.signal?.throwIfAborted();
  const file = await requireOwnFile(path, options);
  options.onReading?.({ what: `reading ${basename(path)}`, done: 0, total: file.sizeBytes });
  const opening = { source: basename(path), path: file.path, field: "path" };
  const archive = await readingFile(opening, () => openArchive(file));
  options.onReading?.({ what: `reading ${basename(path)}`, done: file.sizeBytes, total: file.sizeBytes });
  return archive;
}

/** Fields of the document with names of arrays: of the features, then of the labels. */
type Names = readonly [readonly [field: string, name: string], readonly [field: string, name: string]];

async function readPair(archive: Archive, [features, labels]: Names): Promise<ArrayPair> {
  for (const [field, name] of [features, labels]) requireName(archive, field, name);
  return { features: await archive.read(features[1]), labels: await archive.read(labels[1]) };
}

function requireName({ names, path }: Archive, field: string, name: string): void {
  if (names.includes(name)) return;
  throw new TunesmithError("INVALID_DOCUMENT", {
    message: `archive \`${path}\`: \`${field}\` must name one of its arrays, got \`${name}\`; ${suggestName(name, names) || `there are ${names.length} others.`}`,
    hint: `The arrays are ${names
      .slice(0, 20)
      .map((one) => `\`${one}\``)
      .join(", ")}.`,
    facts: { path, field, name, arrays: names.slice(0, 100) },
  });
}

/** Null where the file has no test arrays and the document names none. One without the other is a mistake. */
function testNames(archive: Archive, { testFeatures, testLabels }: NpzReference): Names | null {
  const names = [
    ["testFeatures", testFeatures ?? "x_test"],
    ["testLabels", testLabels ?? "y_test"],
  ] as const;
  const isWanted = testFeatures !== undefined || testLabels !== undefined;
  if (!isWanted && !names.some(([, name]) => archive.names.includes(name))) return null;
  for (const [field, name] of names) requireName(archive, field, name);
  return names;
}
