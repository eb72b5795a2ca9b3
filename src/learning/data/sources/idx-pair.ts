/** Reading two IDX files that belong together, images and their labels, and checking all that is known of them. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

import { TunesmithError } from "../../../base/index.ts";
import { contentHash, idxSum } from "../content-hash.ts";
import { type IdxArray, readIdx } from "../idx.ts";
import type { TestSplitContent } from "../locked-split.ts";
import { wrongFile } from "./wrong-file.ts";

export interface IdxFile {
  /** Without `.gz`. */
  readonly name: string;
  /** Of the uncompressed file, as 64 lower-case hexadecimal digits. */
  readonly sha256?: string;
  /** Of the file as it is published, compressed; what lies about uncompressed is then checked for its form alone. */
  readonly gzipSha256?: string;
}

/** Two files that belong together. */
export interface IdxPair {
  readonly count: number;
  readonly images: IdxFile;
  readonly labels: IdxFile;
}

/** What all images and labels of a data set are like. */
export interface IdxForm {
  readonly classes: readonly string[];
  /** Height and width. */
  readonly imageSize: readonly [number, number];
  /** The label of the first class in the files. Defaults to 0. */
  readonly firstLabel?: number;
  /** True when the files hold images column by column. Defaults to false. */
  readonly isTransposed?: boolean;
}

export interface IdxPairPaths {
  readonly dataset: string;
  readonly images: string;
  readonly labels: string;
}

/** @throws INVALID_DATA when a file is damaged or another one; DATA_NOT_FOUND when it cannot be read */
export async function readIdxPair(
  form: IdxForm,
  pair: IdxPair,
  { dataset, images: imagesPath, labels: labelsPath }: IdxPairPaths,
): Promise<TestSplitContent> {
  const images = await readIdxFile({ dataset, path: imagesPath, file: pair.images, rank: 3 });
  const labels = await readIdxFile({ dataset, path: labelsPath, file: pair.labels, rank: 1 });
  checkPair(form, pair, { dataset, images, labels, imagesPath, labelsPath });
  const [height, width] = form.imageSize;
  const { firstLabel = 0, isTransposed = false } = form;
  const features = isTransposed ? transposed(images.values, form.imageSize) : images.values;
  const indices = firstLabel === 0 ? labels.values : labels.values.map((label) => label - firstLabel);
  return {
    examples: { count: pair.count, shape: [height, width, 1], features, labels: indices },
    contentHash: contentHash({
      features: isTransposed ? idxSum(features, images.dimensions) : images.sha256,
      labels: firstLabel === 0 ? labels.sha256 : idxSum(indices, labels.dimensions),
    }),
  };
}

export interface ReadIdxFileOptions {
  readonly dataset: string;
  readonly path: string;
  readonly file: IdxFile;
  readonly rank: 1 | 3;
}

/** @throws INVALID_DATA when the file is damaged or another one; DATA_NOT_FOUND when it cannot be read */
export async function readIdxFile({ dataset, path, file, rank }: ReadIdxFileOptions): Promise<IdxArray> {
  const { sha256, gzipSha256 } = file;
  const hash = createHash("sha256");
  let isGzip = false;
  async function* pieces(): AsyncGenerator<Uint8Array> {
    let isFirst = true;
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
      const piece = chunk as Uint8Array;
      if (isFirst) isGzip = piece[0] === 0x1f && piece[1] === 0x8b;
      isFirst = false;
      if (gzipSha256 !== undefined) hash.update(piece);
      yield piece;
    }
  }
  let array: IdxArray;
  try {
    array = await readIdx(pieces(), { name: path, rank });
  } catch (cause) {
    if (cause instanceof TunesmithError) throw cause;
    throw new TunesmithError("DATA_NOT_FOUND", {
      message: `data set \`${dataset}\`: \`${path}\` must be readable, got ${(cause as Error).message}.`,
      hint: "Check the file's permissions and the disk.",
      facts: { dataset, path },
      cause,
    });
  }
  if (sha256 !== undefined && array.sha256 !== sha256) {
    throw wrongFile(dataset, path, { expected: `SHA-256 ${sha256} (uncompressed)`, received: array.sha256 });
  }
  const received = hash.digest("hex");
  if (gzipSha256 !== undefined && isGzip && received !== gzipSha256) {
    throw wrongFile(dataset, path, { expected: `SHA-256 ${gzipSha256} (compressed)`, received });
  }
  return array;
}

interface ReadPair {
  readonly dataset: string;
  readonly images: IdxArray;
  readonly labels: IdxArray;
  readonly imagesPath: string;
  readonly labelsPath: string;
}

function checkPair({ imageSize, classes, firstLabel = 0 }: IdxForm, pair: IdxPair, read: ReadPair): void {
  const { dataset, images, labels, imagesPath, labelsPath } = read;
  const [count, height, width] = images.dimensions;
  if (height !== imageSize[0] || width !== imageSize[1]) {
    const expected = `images of ${imageSize.join(" x ")}`;
    throw wrongFile(dataset, imagesPath, { expected, received: `images of ${height} x ${width}` });
  }
  if (labels.values.length !== count) {
    const expected = `${count} labels, one per image of \`${imagesPath}\``;
    throw wrongFile(dataset, labelsPath, { expected, received: String(labels.values.length) });
  }
  if (count !== pair.count) {
    throw wrongFile(dataset, imagesPath, { expected: `${pair.count} images`, received: String(count) });
  }
  const lastLabel = firstLabel + classes.length - 1;
  const index = labels.values.findIndex((label) => label < firstLabel || label > lastLabel);
  if (index >= 0) {
    const expected = `labels from ${firstLabel} to ${lastLabel}`;
    throw wrongFile(dataset, labelsPath, { expected, received: `${labels.values[index]} at index ${index}` });
  }
}

/** Each image's rows as its columns. */
function transposed(values: Uint8Array, [height, width]: readonly [number, number]): Uint8Array {
  const size = height * width;
  const out = new Uint8Array(values.length);
  for (let start = 0; start < values.length; start += size) {
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        out[start + row * width + column] = values[start + column * height + row]!;
      }
    }
  }
  return out;
}
