import { basename } from "node:path";

import { z } from "zod";

import { arraysDataset, arraysTest, type ArrayPair } from "../arrays/arrays-dataset.ts";
import { arraysFields } from "../arrays/labels.ts";
import { readNpy, readNpyHeader } from "../arrays/npy.ts";
import { LockedSplit } from "../locked-split.ts";
import { locateOwnFiles, requireOwnFile } from "./own-file.ts";
import { readingFile } from "./reading-file.ts";
import { defineSourceKind, type DatasetSource, type SourceOptions } from "./source.ts";

const path = z.string().min(1);

const schema = z
  .strictObject({
    kind: z.literal("npy"),
    /** [examples, features], or images: [examples, height, width] or [examples, height, width, channels]. */
    features: path,
    /** [examples], numbers of classes; or values to predict, also [examples, values]. */
    labels: path.optional(),
    /** In place of `labels`: values to predict, of whatever type. */
    targets: path.optional(),
    /** With `testLabels`: the test split. Defaults to a part of the examples. */
    testFeatures: path.optional(),
    testLabels: path.optional(),
    ...arraysFields,
  })
  .refine(({ labels, targets }) => (labels === undefined) !== (targets === undefined), {
    error: "expected one of `labels` and `targets`",
    abort: true,
  })
  .refine(({ targets, task }) => targets === undefined || task !== "classification", {
    error: "expected `labels` for classification, got `targets`",
    abort: true,
  })
  .refine(({ testFeatures, testLabels }) => (testFeatures === undefined) === (testLabels === undefined), {
    error: "expected both of `testFeatures` and `testLabels`, or neither",
    abort: true,
  });

export const npy = defineSourceKind({
  schema,
  paths: ["features", "labels", "targets", "testFeatures", "testLabels"],
  source,
});

function source(reference: z.output<typeof schema>): DatasetSource {
  const { features, labels, targets, testFeatures, testLabels, classes } = reference;
  const task = reference.task ?? (targets === undefined ? undefined : "regression");
  const name = basename(features);
  return {
    name,
    title: `Arrays ${features}`,
    origin: { address: null, licence: "your own" },
    taskKind: task ?? null,
    facts: null,
    // Right for tables, and for images as good as any.
    defaultScaling: "standardize",
    locate: async (options) => {
      const paths = [features, labels ?? targets, testFeatures, testLabels];
      const { files } = await locateOwnFiles(
        paths.filter((file) => file !== undefined),
        options,
      );
      return { kind: "files", isAtHand: files[0]!.isAtHand && files[1]!.isAtHand, files };
    },
    load: async (options) => {
      const pair = await readPair(
        { features, labels: (labels ?? targets)!, field: targets === undefined ? "labels" : "targets" },
        options,
      );
      const dataset = arraysDataset(pair, { task, classes });
      if (testFeatures === undefined || testLabels === undefined) return { name, test: null, ...dataset };
      const files = { features: testFeatures, labels: testLabels, field: "testLabels" };
      const count = await countOf(files, options);
      const later = { ...options, signal: undefined };
      const test = new LockedSplit(count, async () => arraysTest(await readPair(files, later), dataset));
      return { name, test, ...dataset };
    },
  };
}

interface PairFiles {
  readonly features: string;
  readonly labels: string;
  /** What the document calls the labels. */
  readonly field: string;
}

async function readPair({ features, labels, field }: PairFiles, options: SourceOptions): Promise<ArrayPair> {
  const read = async (file: string, as: string) => {
    const found = await requireOwnFile(file, options);
    const reading = () => readNpy(found, { ...options, what: `reading ${basename(file)}` });
    return readingFile({ source: basename(features), path: found.path, field: as }, reading);
  };
  return { features: await read(features, "features"), labels: await read(labels, field) };
}

/** By the headers alone: how many test examples there are is no secret, and must be known to be held out. */
async function countOf({ features, labels }: PairFiles, options: SourceOptions): Promise<number | null> {
  await requireOwnFile(features, options);
  const found = await requireOwnFile(labels, options);
  const { shape } = await readingFile(
    { source: basename(features), path: found.path, field: "testLabels" },
    () => readNpyHeader(found),
  );
  return shape[0] ?? null;
}
