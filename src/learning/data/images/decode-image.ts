import { constants } from "node:fs";
import { readFile } from "node:fs/promises";

import type { Sharp } from "./load-sharp.ts";
import type { ListedImage } from "./list-images.ts";

/**
 * An image of more pixels is refused before they are decoded: a file of a few kilobytes can claim gigabytes. The largest
 * cameras for photographers have about as many.
 */
const largestPixels = 100_000_000;
/** No image of so many pixels comes near. */
const largestFileBytes = 512 * 2 ** 20;

export interface PixelFormat {
  readonly height: number;
  readonly width: number;
  /** What to do with an image of another shape; see `image-folder.ts`. */
  readonly resize: "stretch" | "cover" | "contain";
  readonly channels: "grey" | "rgb";
}

export const channelsOf = ({ channels }: Pick<PixelFormat, "channels">): number =>
  channels === "rgb" ? 3 : 1;

export interface ImageSize {
  readonly height: number;
  readonly width: number;
}

/** An image that cannot be had, and why. */
export interface Unreadable {
  readonly reason: string;
}

/** The height and width that it is shown with. */
export async function readImageSize(sharp: Sharp, image: ListedImage): Promise<ImageSize | Unreadable> {
  return orReason(async () => {
    const { autoOrient } = await open(sharp, await readImage(image)).metadata();
    return { height: autoOrient.height, width: autoOrient.width };
  });
}

/** @returns [height, width, channels], upright, in sRGB or its grey, on black where it is transparent */
export async function decodeImage(
  sharp: Sharp,
  image: ListedImage,
  format: PixelFormat,
): Promise<Uint8Array | Unreadable> {
  const { height, width, resize, channels } = format;
  return orReason(async () => {
    const background = "#000000";
    const fit = resize === "stretch" ? "fill" : resize;
    const upright = open(sharp, await readImage(image))
      .autoOrient()
      .flatten({ background });
    const sized = upright.resize({ height, width, fit, background });
    const coloured = channels === "grey" ? sized.greyscale() : sized.toColourspace("srgb");
    const { data, info } = await coloured.raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
    const wanted = [height, width, channelsOf(format)].join(" x ");
    const received = [info.height, info.width, info.channels].join(" x ");
    return received === wanted ? data : { reason: `decodes to ${received} in place of ${wanted}` };
  });
}

const open = (sharp: Sharp, bytes: Uint8Array) =>
  // What is cut off or broken is an error; what only breaks the letter of its format, as many cameras' files do, is not.
  sharp(bytes, { failOn: "error", limitInputPixels: largestPixels });

async function orReason<Result>(action: () => Promise<Result>): Promise<Result | Unreadable> {
  try {
    return await action();
  } catch (error) {
    const [line] = (error as Error).message.split("\n");
    const isTooLarge = /exceeds pixel limit/.test(line!);
    return { reason: isTooLarge ? `more than ${largestPixels} pixels` : line! };
  }
}

const isPng = (start: Uint8Array) =>
  start[0] === 0x89 && start[1] === 0x50 && start[2] === 0x4e && start[3] === 0x47;
const isJpeg = (start: Uint8Array) => start[0] === 0xff && start[1] === 0xd8 && start[2] === 0xff;
const isWebp = (start: Uint8Array) =>
  Buffer.from(start.buffer, start.byteOffset, Math.min(start.length, 12))
    .toString("latin1")
    .replace(/^RIFF.{4}/s, "") === "WEBP";

/** The decoder knows many more formats, some of which can name other files; only those of the documents get to it. */
async function readImage({ path, sizeBytes }: ListedImage): Promise<Uint8Array> {
  if (sizeBytes > largestFileBytes) throw new Error(`more than ${largestFileBytes} bytes`);
  // The listing has resolved links; one that came since is not followed.
  const bytes = await readFile(path, { flag: constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) });
  if (bytes.length === 0) throw new Error("an empty file");
  if (!isPng(bytes) && !isJpeg(bytes) && !isWebp(bytes)) throw new Error("neither PNG nor JPEG nor WebP");
  return bytes;
}
