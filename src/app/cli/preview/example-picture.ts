import type { Examples } from "../../../learning/data/index.ts";
import type { Picture } from "./canvas.ts";

/** Larger images are averaged down to it. */
const largestSide = 96;
/** Smaller ones are enlarged, to at most this. */
const enlargedSide = 84;

export interface ValueRange {
  /** Shown black. */
  readonly low: number;
  /** Shown white. */
  readonly high: number;
}

export type ImageShape = readonly [height: number, width: number, channels: number];

export function isImageShape(shape: readonly number[]): shape is ImageShape {
  return shape.length === 3;
}

/** What is black and white: a byte's ends, or the ends of what is there. */
export function rangeOf(values: Examples["features"]): ValueRange {
  if (values instanceof Uint8Array) return { low: 0, high: 255 };
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return high > low ? { low, high } : { low, high: low + 1 };
}

/**
 * Three channels are red, green and blue, a fourth is left out; of one or two the first is grey.
 *
 * @param values [height, width, channels]
 */
export function pictureOf(
  values: ArrayLike<number>,
  [height, width, channels]: ImageShape,
  { low, high }: ValueRange,
): Picture {
  const step = Math.ceil(Math.max(height, width) / largestSide);
  const small = { height: Math.ceil(height / step), width: Math.ceil(width / step) };
  const pixels = new Uint8Array(small.height * small.width * 3);
  for (let row = 0; row < small.height; row++) {
    for (let column = 0; column < small.width; column++) {
      for (let color = 0; color < 3; color++) {
        const channel = channels < 3 ? 0 : color;
        let [sum, count] = [0, 0];
        for (let y = row * step; y < Math.min(height, (row + 1) * step); y++) {
          for (let x = column * step; x < Math.min(width, (column + 1) * step); x++) {
            sum += values[(y * width + x) * channels + channel]!;
            count += 1;
          }
        }
        const share = (sum / count - low) / (high - low);
        pixels[(row * small.width + column) * 3 + color] = Math.round(255 * Math.min(1, Math.max(0, share)));
      }
    }
  }
  return { ...small, pixels };
}

/** How many pixels an image's pixel becomes on a sheet. */
export function enlargementOf({ width, height }: Pick<Picture, "width" | "height">): number {
  return Math.max(1, Math.floor(enlargedSide / Math.max(width, height)));
}
