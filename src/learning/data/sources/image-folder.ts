/**
 * Images in folders by class. They are decoded once, on all cores, into an entry of the decoded cache, from which every
 * later reading maps them.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";

import type { Json } from "../../../base/index.ts";
import { contentHash } from "../content-hash.ts";
import type { Dataset } from "../dataset.ts";
import { DecodedCache } from "../decoded-cache/decoded-cache.ts";
import type { EntryPart } from "../decoded-cache/entry-format.ts";
import { channelsOf, type ImageSize, type PixelFormat } from "../images/decode-image.ts";
import {
  checkClassesLeft,
  commonSize,
  decodeImages,
  describeSkipped,
  type SkippedImage,
} from "../images/decode-images.ts";
import { groupsOf, isGroupPattern } from "../images/image-groups.ts";
import { listImages, type ImageListing, type ListedImage } from "../images/list-images.ts";
import { decoderVersion } from "../images/load-sharp.ts";
import { LockedSplit, type TestSplitContent } from "../locked-split.ts";
import { defineSourceKind, type DatasetSource, type SourceOptions } from "./source.ts";

const sideSchema = z.int().min(1).max(8192);

const schema = z.strictObject({
  kind: z.literal("image-folder"),
  path: z.string().min(1),
  /** A number for squares, or [height, width]. Needed when images differ in size. */
  size: z.union([sideSchema, z.tuple([sideSchema, sideSchema])]).optional(),
  /**
   * stretch: all of the image, whatever becomes of its proportions; cover: its middle; contain: all of it, with black
   * bars. Defaults to `stretch`, which neither loses nor invents pixels.
   */
  resize: z.enum(["stretch", "cover", "contain"]).default("stretch"),
  channels: z.enum(["grey", "rgb"]).default("rgb"),
  /** Go on without images that cannot be read. Defaults to false: they are an error. */
  skipUnreadable: z.boolean().default(false),
  /** A regular expression over paths relative to `path`: examples of the same first capture are never torn apart. */
  group: z
    .string()
    .refine(isGroupPattern, { error: "expected a regular expression with a capture", abort: true })
    .optional(),
});

type ImageFolderReference = z.output<typeof schema>;

export const imageFolder = defineSourceKind({ schema, paths: ["path"], source });

/** The folder as the document has it, else the one of that name in the data folder, where that is there. */
function whereIs(path: string, { dataDir }: SourceOptions): string {
  if (existsSync(path) || dataDir === undefined) return path;
  const moved = join(dataDir, basename(path));
  return existsSync(moved) ? moved : path;
}

function source(written: ImageFolderReference): DatasetSource {
  const { group } = written;
  const name = basename(written.path);
  return {
    name,
    title: `Images of ${written.path}`,
    origin: { address: null, licence: "your own" },
    taskKind: "classification",
    facts: null,
    defaultScaling: "unit",
    locate: async (options) => {
      const path = whereIs(written.path, options);
      const isAtHand = existsSync(path);
      return { kind: "files", isAtHand, files: [{ path, isAtHand, address: null }] };
    },
    load: async (options): Promise<Dataset> => {
      const path = whereIs(written.path, options);
      const reference = { ...written, path };
      const listing = await listImages(path, options);
      const { classes, validationCount, test } = listing;
      const split = await readSplit(reference, { images: listing.examples, listing, options });
      checkClassesLeft(path, { classes, labels: split.content.examples.labels as Uint8Array });
      const { shape } = split.content.examples;
      const later = { ...options, signal: undefined };
      const size = { height: shape[0]!, width: shape[1]! };
      return {
        name,
        task: { kind: "classification", classes },
        shape,
        ...split.content,
        test:
          test === null
            ? null
            : new LockedSplit(
                test.length,
                async () =>
                  (await readSplit(reference, { images: test, listing, size, options: later })).content,
              ),
        ...(group === undefined ? {} : { groups: groupsOf(path, split.kept, group) }),
        ...(validationCount === 0 ? {} : { ownValidation: ownValidation(listing, split.kept) }),
      };
    },
  };
}

interface ReadSplitOptions {
  readonly images: readonly ListedImage[];
  readonly listing: ImageListing;
  /** What images must have where the document gives no size. */
  readonly size?: ImageSize;
  readonly options: SourceOptions;
}

interface SplitFacts {
  readonly shape: readonly number[];
  readonly skipped: readonly SkippedImage[];
}

async function readSplit(
  reference: ImageFolderReference,
  { images, listing, size, options }: ReadSplitOptions,
): Promise<{ readonly content: TestSplitContent; readonly kept: readonly ListedImage[] }> {
  const { path } = reference;
  const cache = new DecodedCache(options);
  const entryPath = cache.pathOf(keyOf(reference, listing, { images, size }));
  const known = await cache.read(entryPath);
  const entry = known ?? (await decode());
  const { shape, skipped } = entry.facts as unknown as SplitFacts;
  if (skipped.length > 0)
    options.onWarning?.(`image folder \`${path}\`: ${describeSkipped(images, skipped)}; they are left out.`);
  const { features, labels } = entry.parts as Record<string, EntryPart<Uint8Array>>;
  return {
    content: {
      examples: {
        count: images.length - skipped.length,
        shape,
        features: features!.values,
        labels: labels!.values,
      },
      contentHash: contentHash({ features: features!.sha256, labels: labels!.sha256 }),
    },
    kept: withoutSkipped(images, skipped),
  };

  async function decode() {
    const format = await formatOf(reference, { images, size, options });
    const pixelShape = [format.height, format.width, channelsOf(format)];
    const bytesPerImage = pixelShape.reduce((product, dimension) => product * dimension, 1);
    return cache.write(entryPath, images.length * bytesPerImage, async ({ append }) => {
      const { skipUnreadable } = reference;
      const left = await decodeImages(path, images, { format, skipUnreadable, append, options });
      const values = Uint8Array.from(withoutSkipped(images, left), ({ label }) => label);
      const facts: SplitFacts = { shape: pixelShape, skipped: left };
      return {
        facts: facts as unknown as Json,
        first: { name: "features", dimensions: [values.length, ...pixelShape] },
        others: { labels: { values, dimensions: [values.length] } },
      };
    });
  }
}

function withoutSkipped(
  images: readonly ListedImage[],
  skipped: readonly SkippedImage[],
): readonly ListedImage[] {
  const gone = new Set(skipped.map(({ index }) => index));
  return gone.size === 0 ? images : images.filter((_, index) => !gone.has(index));
}

async function formatOf(
  { path, size: asked, resize, channels }: ImageFolderReference,
  { images, size, options }: Pick<ReadSplitOptions, "images" | "size" | "options">,
): Promise<PixelFormat> {
  if (asked !== undefined) {
    const [height, width] = typeof asked === "number" ? [asked, asked] : asked;
    return { height, width, resize, channels };
  }
  const common = await commonSize(path, images, {
    ...(size === undefined ? {} : { expected: size }),
    options,
  });
  // Without any, no image can be read, which decoding says better.
  return { ...(common ?? { height: 1, width: 1 }), resize, channels };
}

/** Everything that the pixels and labels follow from. */
function keyOf(
  { size, resize, channels, skipUnreadable }: ImageFolderReference,
  { root, classes }: ImageListing,
  split: Pick<ReadSplitOptions, "images" | "size">,
): Json {
  const manifest = createHash("sha256");
  for (const { relativePath, path, label, sizeBytes, modifiedNs } of split.images)
    manifest.update(`${JSON.stringify([relativePath, path, label, sizeBytes, String(modifiedNs)])}\n`);
  return {
    kind: "image-folder",
    decoder: decoderVersion(),
    settings: { size: size ?? null, resize, channels, skipUnreadable },
    size: split.size === undefined ? null : [split.size.height, split.size.width],
    root,
    classes: [...classes],
    manifest: manifest.digest("hex"),
  };
}

/** Indices of the kept examples that lay in the validation folder. */
function ownValidation(
  { examples, validationCount }: ImageListing,
  kept: readonly ListedImage[],
): Int32Array {
  const own = new Set(examples.slice(examples.length - validationCount));
  return Int32Array.from(kept.flatMap((image, index) => (own.has(image) ? [index] : [])));
}
