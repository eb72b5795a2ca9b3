import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateSync, crc32 } from "node:zlib";
import sharp from "sharp";
import { expect, test } from "vitest";

import { pixelsFixture } from "../../../testing/image-files-fixture.ts";
import { temporaryFolder } from "../../../testing/temporary-folder.ts";
import { decodeImage, readImageSize, type PixelFormat } from "./decode-image.ts";
import { loadSharp } from "./load-sharp.ts";
import type { ListedImage } from "./list-images.ts";

function listed(bytes: Uint8Array, more: Partial<ListedImage> = {}): ListedImage {
  const path = join(temporaryFolder(), "image");
  writeFileSync(path, bytes);
  return { path, relativePath: "image", label: 0, sizeBytes: bytes.length, modifiedNs: 0n, ...more };
}

const plain: PixelFormat = { height: 4, width: 5, resize: "stretch", channels: "rgb" };

async function decoded(bytes: Uint8Array, format: Partial<PixelFormat> = {}): Promise<number[]> {
  const found = await decodeImage(await loadSharp(), listed(bytes), { ...plain, ...format });
  if ("reason" in found) throw new Error(found.reason);
  return [...found];
}

async function reasonOf(bytes: Uint8Array, more: Partial<ListedImage> = {}): Promise<string> {
  const found = await decodeImage(await loadSharp(), listed(bytes, more), plain);
  return "reason" in found ? found.reason : "none";
}

const raw = (pixels: Uint8Array | Uint16Array, channels: 1 | 2 | 3 | 4, height = 4, width = 5) =>
  sharp(pixels, { raw: { height, width, channels } });

const colour = pixelsFixture(3);

/** One colour, 4 x 5. */
const flat = (...channels: number[]) =>
  Uint8Array.from({ length: 20 * channels.length }, (_, index) => channels[index % channels.length]!);

const rgb = (red: number, green: number, blue: number) => [...flat(red, green, blue)];

test("the pixels of PNG and lossless WebP come out as they were written", async () => {
  expect(await decoded(await raw(colour, 3).png().toBuffer())).toEqual([...colour]);
  expect(await decoded(await raw(colour, 3).webp({ lossless: true }).toBuffer())).toEqual([...colour]);
});

test("JPEG comes out close to what was written", async () => {
  const bytes = await raw(flat(200, 100, 50), 3)
    .jpeg({ quality: 95 })
    .toBuffer();
  for (const [index, value] of (await decoded(bytes)).entries())
    expect(Math.abs(value - [200, 100, 50][index % 3]!)).toBeLessThanOrEqual(3);
});

test("grey images become colours of equal channels, and colours become grey by their luminance", async () => {
  const grey = pixelsFixture(1, { channels: 1 });
  const png = await raw(grey, 1).png().toBuffer();
  expect(await decoded(png, { channels: "grey" })).toEqual([...grey]);
  expect(await decoded(png)).toEqual([...grey].flatMap((value) => [value, value, value]));
  const [red, green, blue] = await Promise.all(
    [flat(255, 0, 0), flat(0, 255, 0), flat(0, 0, 255)].map(async (pixels) => {
      const [value] = await decoded(await raw(pixels, 3).png().toBuffer(), { channels: "grey" });
      return value!;
    }),
  );
  expect(green).toBeGreaterThan(red!);
  expect(red).toBeGreaterThan(blue!);
});

test("transparent pixels are laid on black", async () => {
  const half = await raw(flat(200, 100, 50, 128), 4)
    .png()
    .toBuffer();
  expect(await decoded(half)).toEqual(rgb(100, 50, 25));
  const none = await raw(flat(200, 100, 50, 0), 4)
    .png()
    .toBuffer();
  expect(await decoded(none)).toEqual(rgb(0, 0, 0));
  const grey = await raw(flat(200, 255), 2).png().toBuffer();
  expect(await decoded(grey, { channels: "grey" })).toEqual([...flat(200)]);
});

test("sixteen bits become eight by their higher half", async () => {
  const deep = Uint16Array.from({ length: 60 }, (_, index) => index * 1000 + 17);
  const png = await raw(deep, 3).toColourspace("rgb16").png().toBuffer();
  expect((await sharp(png).metadata()).depth).toBe("ushort");
  const values = await decoded(png);
  expect(values).toEqual(Array.from(deep, (value) => value >> 8));
});

test("palettes are looked up", async () => {
  const stripes = Uint8Array.from({ length: 60 }, (_, index) => (Math.floor(index / 3) % 2 === 0 ? 255 : 0));
  const png = await raw(stripes, 3).png({ palette: true, colours: 2 }).toBuffer();
  expect((await sharp(png).metadata()).isPalette).toBe(true);
  expect(await decoded(png)).toEqual([...stripes]);
});

test("four printing colours become sRGB", async () => {
  const jpeg = await raw(flat(220, 30, 30), 3)
    .toColourspace("cmyk")
    .jpeg({ quality: 100 })
    .toBuffer();
  expect((await sharp(jpeg).metadata()).space).toBe("cmyk");
  const [red, green, blue] = await decoded(jpeg);
  expect(red).toBeGreaterThan(150);
  expect(Math.max(green!, blue!)).toBeLessThan(100);
});

test("the orientation that a camera notes is undone, and counts in the size", async () => {
  const upright = pixelsFixture(2, { height: 2, width: 3, channels: 1 });
  // 6: to be turned a quarter clockwise to be seen upright.
  const turned = await raw(upright, 1, 2, 3).png().withMetadata({ orientation: 6 }).toBuffer();
  const size = await readImageSize(await loadSharp(), listed(turned));
  expect(size).toEqual({ height: 3, width: 2 });
  const [a, b, c, d, e, f] = upright;
  expect(await decoded(turned, { height: 3, width: 2, channels: "grey" })).toEqual([d, a, e, b, f, c]);
});

/** Left half black, right half white; 8 high, 16 wide. */
const halves = Uint8Array.from({ length: 128 }, (_, index) => (index % 16 < 8 ? 0 : 255));

test("stretch takes all of the image, cover its middle, contain all of it between black bars", async () => {
  const png = await raw(halves, 1, 8, 16).png().toBuffer();
  const square = { height: 8, width: 8, channels: "grey" } as const;
  const row = async (resize: PixelFormat["resize"], y: number) =>
    (await decoded(png, { ...square, resize })).slice(8 * y, 8 * y + 8).map((value) => (value > 127 ? 1 : 0));
  expect(await row("stretch", 0)).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
  expect(await row("cover", 0)).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
  expect(await row("contain", 0)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  expect(await row("contain", 4)).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
  const white = await raw(flat(255), 1).png().toBuffer();
  const tall = await decoded(white, { height: 10, width: 5, resize: "contain", channels: "grey" });
  expect([tall[0], tall[25], tall[49]]).toEqual([0, 255, 0]);
});

/** A PNG of one bit per pixel, all black, as small as deflate makes it. */
function hugePng(side: number): Uint8Array {
  const chunk = (type: string, data: Uint8Array): Buffer => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(data.length);
    ends.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side);
  header.writeUInt32BE(side, 4);
  header.set([1, 0, 0, 0, 0], 8);
  const rows = deflateSync(Buffer.alloc(side * (Math.ceil(side / 8) + 1)), { level: 9 });
  const magic = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  return Buffer.concat([magic, chunk("IHDR", header), chunk("IDAT", rows), chunk("IEND", new Uint8Array(0))]);
}

test("a small file that claims too many pixels is not decoded", async () => {
  const bytes = hugePng(30_000);
  expect(bytes.length).toBeLessThan(120_000);
  expect(await reasonOf(bytes)).toBe("more than 100000000 pixels");
  const size = await readImageSize(await loadSharp(), listed(bytes));
  expect(size).toEqual({ reason: "more than 100000000 pixels" });
  const allowed = await decodeImage(await loadSharp(), listed(hugePng(2000)), plain);
  expect(allowed).toHaveLength(60);
});

test("files that are no such images are told by their first bytes, whatever their name", async () => {
  expect(await reasonOf(new Uint8Array(0))).toBe("an empty file");
  expect(await reasonOf(Buffer.from("<svg xmlns='http://www.w3.org/2000/svg' width='4' height='4'/>"))).toBe(
    "neither PNG nor JPEG nor WebP",
  );
  expect(await reasonOf(await raw(colour, 3).gif().toBuffer())).toBe("neither PNG nor JPEG nor WebP");
  expect(await reasonOf(colour, { sizeBytes: 600 * 2 ** 20 })).toBe("more than 536870912 bytes");
});

test.each(["png", "jpeg", "webp"] as const)("a %s that is cut off is not taken for whole", async (format) => {
  const large = pixelsFixture(4, { height: 64, width: 64 });
  const bytes = await raw(large, 3, 64, 64).toFormat(format).toBuffer();
  expect(await reasonOf(bytes)).toBe("none");
  expect(await reasonOf(bytes.subarray(0, bytes.length / 2))).not.toBe("none");
});

test("a JPEG that only breaks the letter of its format is read", async () => {
  const jpeg = await raw(flat(200, 100, 50), 3)
    .jpeg()
    .toBuffer();
  const end = jpeg.length - 2;
  const withRubbish = Buffer.concat([jpeg.subarray(0, end), Uint8Array.of(1, 2, 3), jpeg.subarray(end)]);
  expect(await reasonOf(withRubbish)).toBe("none");
});

test("a file that went away since it was listed is unreadable", async () => {
  const gone = { ...listed(colour), path: "/nowhere/image.png" };
  expect(await decodeImage(await loadSharp(), gone, plain)).toMatchObject({
    reason: expect.stringMatching(/ENOENT/),
  });
});
