/**
 * Draws the images of `examples/data/shapes/`: circles, squares and triangles of any colour, size, place and turn, as PNG
 * files of 24x24 pixels. They follow from this file alone.
 *
 *     node tools/draw-shapes.ts
 */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";

import { RandomStream, toSeed } from "../src/base/index.ts";

const side = 24;
/** Points per pixel and axis, for smooth edges. */
const points = 4;
const counts = { train: 40, test: 15 } as const;

/** True for a point inside of a shape of radius 1 around the origin. */
const shapes: Readonly<Record<string, (x: number, y: number) => boolean>> = {
  circle: (x, y) => x * x + y * y < 0.7,
  square: (x, y) => Math.max(Math.abs(x), Math.abs(y)) < 0.75,
  triangle: (x, y) => y > -0.6 && Math.sqrt(3) * Math.abs(x) + y < 1.1,
};

/** [side, side, 3] */
function draw(isInside: (x: number, y: number) => boolean, stream: RandomStream): Uint8Array {
  const between = (index: number, low: number, high: number) => low + (high - low) * stream.uniform(index);
  const radius = between(0, 5, 9);
  const [centreX, centreY] = [between(1, radius, side - radius), between(2, radius, side - radius)];
  const turn = between(3, 0, 2 * Math.PI);
  const [cosine, sine] = [Math.cos(turn), Math.sin(turn)];
  const colour = (index: number, low: number, high: number) =>
    [0, 1, 2].map((channel) => between(index + channel, low, high));
  const [ink, paper] = [colour(4, 150, 256), colour(7, 0, 100)];
  const pixels = new Uint8Array(side * side * 3);
  for (let pixel = 0; pixel < side * side; pixel++) {
    let inside = 0;
    for (let point = 0; point < points * points; point++) {
      const x = ((pixel % side) + ((point % points) + 0.5) / points - centreX) / radius;
      const y = (Math.floor(pixel / side) + (Math.floor(point / points) + 0.5) / points - centreY) / radius;
      if (isInside(cosine * x + sine * y, cosine * y - sine * x)) inside += 1 / (points * points);
    }
    for (let channel = 0; channel < 3; channel++)
      pixels[pixel * 3 + channel] = inside * ink[channel]! + (1 - inside) * paper[channel]!;
  }
  return pixels;
}

const target = fileURLToPath(new URL("../examples/data/shapes/", import.meta.url));
rmSync(target, { recursive: true, force: true });
for (const [split, count] of Object.entries(counts)) {
  for (const [shape, isInside] of Object.entries(shapes)) {
    const folder = join(target, split, shape);
    mkdirSync(folder, { recursive: true });
    for (let index = 0; index < count; index++) {
      const pixels = draw(isInside, new RandomStream(toSeed(0), "shapes", split, shape, index));
      const name = `${String(index).padStart(2, "0")}.png`;
      const image = sharp(pixels, { raw: { height: side, width: side, channels: 3 } });
      await image.png({ compressionLevel: 9, palette: true, colours: 16 }).toFile(join(folder, name));
    }
  }
}
