/** A person's own IDX files of images: unsigned bytes, [count, height, width] or [count, height, width, channels]. */
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { basename } from "node:path";
import { z } from "zod";

import { TunesmithError } from "../../../base/index.ts";
import { contentHash } from "../content-hash.ts";
import { readIdx, readIdxDimensions, type ReadIdxOptions } from "../idx.ts";
import { LockedSplit, type TestSplitContent } from "../locked-split.ts";
import { locateOwnFiles, requireOwnFile } from "./own-file.ts";
import { readingFile } from "./reading-file.ts";
import { defineSourceKind, type DatasetSource, type SourceOptions } from "./source.ts";

const schema = z
  .strictObject({
    kind: z.literal("idx"),
    images: z.string().min(1),
    labels: z.string().min(1),
    /** With `testLabels`: the test split. Defaults to none. */
    testImages: z.string().min(1).optional(),
    testLabels: z.string().min(1).optional(),
    /** Names of the classes, in the order of their numbers. Defaults to the numbers that occur. */
    classes: z.array(z.string().min(1)).min(2).max(256).optional(),
  })
  .refine(({ testImages, testLabels }) => (testImages === undefined) === (testLabels === undefined), {
    error: "expected both of `testImages` and `testLabels`, or neither",
    abort: true,
  });

type IdxReference = z.output<typeof schema>;

/** One pair of files, with the fields of the document that name them. */
interface Pair {
  readonly fields: readonly [images: string, labels: string];
  readonly images: string;
  readonly labels: string;
}

const imageRanks = [3, 4];
const hint = "Write the file again; images and labels must be unsigned bytes.";
/** No deflate stream unpacks to more. */
const largestDeflateRatio = 1032;

export const idx = defineSourceKind({
  schema,
  paths: ["images", "labels", "testImages", "testLabels"],
  source,
});

function source(reference: IdxReference): DatasetSource {
  const { images, labels, testImages, testLabels } = reference;
  const name = basename(images);
  const examples: Pair = { fields: ["images", "labels"], images, labels };
  const hidden = testPair(reference);
  return {
    name,
    title: `IDX files ${images}`,
    origin: { address: null, licence: "your own" },
    taskKind: "classification",
    facts: null,
    defaultScaling: "unit",
    locate: async (options) => {
      const paths = [images, labels, testImages, testLabels].filter((path) => path !== undefined);
      const { files } = await locateOwnFiles(paths, options);
      return { kind: "files", isAtHand: files[0]!.isAtHand && files[1]!.isAtHand, files };
    },
    load: async (options) => {
      const content = await readPair(await found(examples, options), { name, options });
      const classes = reference.classes ?? numbersUpTo(content.examples.labels as Uint8Array);
      checkLabels(content.examples.labels, { classes, path: labels, name });
      const { shape } = content.examples;
      const task = { kind: "classification", classes } as const;
      if (hidden === undefined) return { name, task, shape, test: null, ...content };
      const test = await found(hidden, options);
      const [count] = await readingFile({ source: name, path: test.labels, field: test.fields[1] }, () =>
        readIdxDimensions(createReadStream(test.labels), { name: test.labels, rank: 1, hint }),
      );
      const later = { ...options, signal: undefined };
      const locked = new LockedSplit(count!, async () => {
        const opened = await readPair(test, { name, options: later });
        checkLabels(opened.examples.labels, { classes, path: test.labels, name });
        if (opened.examples.shape.join() !== shape.join()) {
          const received = opened.examples.shape.join(" x ");
          throw invalid({ name, path: test.images }, `images of ${shape.join(" x ")}`, received);
        }
        return opened;
      });
      return { name, task, shape, test: locked, ...content };
    },
  };
}

function testPair({ testImages, testLabels }: IdxReference): Pair | undefined {
  if (testImages === undefined || testLabels === undefined) return undefined;
  return { fields: ["testImages", "testLabels"], images: testImages, labels: testLabels };
}

/** The pair where its files are now. */
async function found(pair: Pair, options: SourceOptions): Promise<Pair> {
  const images = await requireOwnFile(pair.images, options);
  const labels = await requireOwnFile(pair.labels, options);
  return { ...pair, images: images.path, labels: labels.path };
}

async function readPair(
  pair: Pair,
  { name, options }: { readonly name: string; readonly options: SourceOptions },
): Promise<TestSplitContent> {
  const images = await readOne(pair.images, pair.fields[0], { name, rank: imageRanks, options });
  const labels = await readOne(pair.labels, pair.fields[1], { name, rank: 1, options });
  const [count, ...shape] = images.dimensions;
  if (labels.values.length !== count) {
    const expected = `${count} labels, one per image of \`${pair.images}\``;
    throw invalid({ name, path: pair.labels }, expected, String(labels.values.length));
  }
  if (images.values.length === 0) {
    throw invalid(
      { name, path: pair.images },
      "at least one image of one pixel",
      images.dimensions.join(" x "),
    );
  }
  return {
    examples: {
      count,
      shape: shape.length === 2 ? [...shape, 1] : shape,
      features: images.values,
      labels: labels.values,
    },
    contentHash: contentHash({ features: images.sha256, labels: labels.sha256 }),
  };
}

interface ReadOneOptions extends Pick<ReadIdxOptions, "name" | "rank"> {
  readonly options: SourceOptions;
}

const readOne = (path: string, field: string, { name, rank, options }: ReadOneOptions) =>
  readingFile({ source: name, path, field }, async () => {
    const largestSizeBytes = await largestSizeOf(path);
    const chunks = createReadStream(path, { highWaterMark: 1 << 20, signal: options.signal });
    return readIdx(chunks, { name: path, rank, largestSizeBytes, hint });
  });

/** The longest that the file can be unpacked: a header that claims more need not be believed. */
async function largestSizeOf(path: string): Promise<number> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    const isCompressed = bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
    return isCompressed ? size * largestDeflateRatio : size;
  } finally {
    await file.close();
  }
}

function numbersUpTo(labels: Uint8Array): string[] {
  const largest = labels.reduce((sofar, label) => Math.max(sofar, label), 0);
  return Array.from({ length: largest + 1 }, (_, label) => String(label));
}

function checkLabels(
  labels: ArrayLike<number>,
  { classes, path, name }: { classes: readonly string[]; path: string; name: string },
): void {
  if (classes.length < 2) throw invalid({ name, path }, "labels of at least two classes", "one class only");
  for (let index = 0; index < labels.length; index++) {
    if (labels[index]! < classes.length) continue;
    const expected = `labels from 0 to ${classes.length - 1}`;
    throw invalid({ name, path }, expected, `${labels[index]} at index ${index}`);
  }
}

function invalid(
  { name, path }: { readonly name: string; readonly path: string },
  expected: string,
  received: string,
): TunesmithError {
  return new TunesmithError("INVALID_DATA", {
    message: `data set \`${name}\`, \`${path}\`: expected ${expected}, got ${received}.`,
    hint: "Check that the files belong together.",
    facts: { dataset: name, path, expected, received },
  });
}
