import { loadSharp } from "../../../learning/data/index.ts";
import type { Picture } from "./canvas.ts";

/** More do not fit into a palette, which makes files of few colours small. */
const paletteColors = 256;

/** @throws DECODER_UNAVAILABLE when the package that encodes images does not work on this machine */
export async function encodePng({ width, height, pixels }: Picture): Promise<Uint8Array> {
  const sharp = await loadSharp();
  const image = sharp(pixels, { raw: { width, height, channels: 3 } });
  if (hasMoreColors(pixels, paletteColors)) return image.png({ compressionLevel: 9 }).toBuffer();
  return image.png({ compressionLevel: 9, palette: true, quality: 100, effort: 10, dither: 0 }).toBuffer();
}

function hasMoreColors(pixels: Uint8Array, limit: number): boolean {
  const seen = new Set<number>();
  for (let i = 0; i < pixels.length; i += 3) {
    seen.add((pixels[i]! << 16) | (pixels[i + 1]! << 8) | pixels[i + 2]!);
    if (seen.size > limit) return true;
  }
  return false;
}
