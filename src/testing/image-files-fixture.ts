import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import sharp from "sharp";

export interface ImageFileFixtureOptions {
  readonly height?: number;
  readonly width?: number;
  /** 1 grey, 2 grey and alpha, 3 colours, 4 colours and alpha. Defaults to 3. */
  readonly channels?: 1 | 2 | 3 | 4;
}

/** Bytes that follow from a number: [height, width, channels], 4 x 5 x 3 unless asked otherwise. */
export function pixelsFixture(
  index: number,
  { height = 4, width = 5, channels = 3 }: ImageFileFixtureOptions = {},
): Uint8Array {
  return Uint8Array.from({ length: height * width * channels }, (_, at) => (index * 59 + at * 13) % 256);
}

/** The file of such an image. */
export function imageFixture(
  index: number,
  { height = 4, width = 5, channels = 3 }: ImageFileFixtureOptions = {},
  format: "png" | "jpeg" | "webp" = "png",
): Promise<Buffer> {
  const pixels = pixelsFixture(index, { height, width, channels });
  const image = sharp(pixels, { raw: { height, width, channels } });
  return (format === "webp" ? image.webp({ lossless: true }) : image.toFormat(format)).toBuffer();
}

/** Writes files below a folder, making the folders that they need. */
export function writeFiles(folder: string, files: Readonly<Record<string, Uint8Array | string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}
