import { TunesmithError } from "../../../base/index.ts";
import type { SourceOptions } from "../sources/source.ts";
import { decodeImage, readImageSize, type ImageSize, type PixelFormat } from "./decode-image.ts";
import { folderInvalid, listSome } from "./folder-errors.ts";
import { inOrder } from "./in-order.ts";
import type { ListedImage } from "./list-images.ts";
import { loadSharp } from "./load-sharp.ts";

export interface SkippedImage {
  readonly index: number;
  readonly reason: string;
}

/** Reports about so many times. */
const reports = 200;

function reporter(
  what: string,
  total: number,
  { onReading, signal }: SourceOptions,
): (index: number) => void {
  const every = Math.max(1, Math.floor(total / reports));
  return (index) => {
    signal?.throwIfAborted();
    if ((index + 1) % every === 0 || index + 1 === total) onReading?.({ what, done: index + 1, total });
  };
}

/**
 * The one size that all images have, where no rule says what to do with others. Images that cannot be read are left to
 * the decoding to complain of.
 *
 * @param expected what the size must be, where that is known
 * @throws INVALID_DATA with the sizes seen
 */
export async function commonSize(
  folder: string,
  images: readonly ListedImage[],
  { expected, options }: { readonly expected?: ImageSize; readonly options: SourceOptions },
): Promise<ImageSize | undefined> {
  const sharp = await loadSharp();
  const report = reporter("reading image sizes", images.length, options);
  const seen = new Map<string, { size: ImageSize; count: number; first: string }>();
  const note = (size: ImageSize, first: string, count: number): void => {
    const key = `${size.height} x ${size.width}`;
    const known = seen.get(key);
    seen.set(key, known === undefined ? { size, count, first } : { ...known, count: known.count + count });
  };
  if (expected !== undefined) note(expected, "train", 0);
  await inOrder(
    images,
    (image) => readImageSize(sharp, image),
    (found, index) => {
      if (!("reason" in found)) note(found, images[index]!.relativePath, 1);
      report(index);
    },
  );
  if (seen.size <= 1) return [...seen.values()][0]?.size;
  const most = [...seen.entries()].toSorted(([, a], [, b]) => b.count - a.count);
  const named = most.slice(0, 5).map(([key, { count, first }]) => `${key} (${count}, as \`${first}\`)`);
  const more = seen.size > named.length ? ` and ${seen.size - named.length} more sizes` : "";
  throw folderInvalid(folder, {
    rule: "without `size`, all images must have one height and width",
    received: `${named.join(", ")}${more}`,
    hint: "Set `size` to a number or [height, width], and `resize` to stretch, cover or contain.",
    facts: { sizes: most.slice(0, 100).map(([key, { count }]) => ({ size: key, count })) },
  });
}

/**
 * Decodes images on all cores and appends their pixels in order.
 *
 * @returns those that could not be read and are left out
 * @throws INVALID_DATA with all that cannot be read, unless they may be skipped; the signal's reason
 */
export async function decodeImages(
  folder: string,
  images: readonly ListedImage[],
  to: {
    readonly format: PixelFormat;
    readonly skipUnreadable: boolean;
    readonly append: (pixels: Uint8Array) => Promise<void>;
    readonly options: SourceOptions;
  },
): Promise<SkippedImage[]> {
  const sharp = await loadSharp();
  const report = reporter("decoding images", images.length, to.options);
  const skipped: SkippedImage[] = [];
  await inOrder(
    images,
    (image) => decodeImage(sharp, image, to.format),
    async (found, index) => {
      if ("reason" in found) skipped.push({ index, reason: found.reason });
      else if (skipped.length === 0 || to.skipUnreadable) await to.append(found);
      report(index);
    },
  );
  if (skipped.length > 0 && !to.skipUnreadable) throw unreadable(folder, images, skipped);
  return skipped;
}

/** Names the first ones. */
export function describeSkipped(images: readonly ListedImage[], skipped: readonly SkippedImage[]): string {
  const named = skipped
    .slice(0, 5)
    .map(({ index, reason }) => `\`${images[index]!.relativePath}\` (${reason})`)
    .join(", ");
  const more = skipped.length > 5 ? ` and ${skipped.length - 5} more` : "";
  return `${skipped.length} of ${images.length} cannot be read: ${named}${more}`;
}

function unreadable(
  folder: string,
  images: readonly ListedImage[],
  skipped: readonly SkippedImage[],
): TunesmithError {
  return folderInvalid(folder, {
    rule: "every image must be readable",
    received: describeSkipped(images, skipped),
    hint: "Mend or remove these files, or set `skipUnreadable: true` to go on without them.",
    facts: {
      count: skipped.length,
      files: skipped
        .slice(0, 100)
        .map(({ index, reason }) => ({ file: images[index]!.relativePath, reason })),
    },
  });
}

/** @throws INVALID_DATA when skipping has left a class without examples */
export function checkClassesLeft(
  folder: string,
  { classes, labels }: { readonly classes: readonly string[]; readonly labels: Uint8Array },
): void {
  const present = new Set(labels);
  const gone = classes.filter((_, label) => !present.has(label));
  if (gone.length === 0) return;
  throw folderInvalid(folder, {
    rule: "every class must have an image that can be read",
    received: `none in ${listSome(gone)}`,
    hint: "Put images there, or remove the folder.",
  });
}
