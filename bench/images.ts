/**
 * Measures how fast a folder of JPEGs is decoded, once, and how fast it is there the next time, against torchvision's
 * ImageFolder with a DataLoader worker for each core, which decodes in every epoch.
 *
 *     node bench/images.ts [count]
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";

// Before the first of Node's own threads starts, as `bin/tunesmith.js` does.
process.env.UV_THREADPOOL_SIZE ??= String(Math.max(4, availableParallelism()));

import { RandomStream, toSeed } from "../src/base/index.ts";
import { dataSchema, loadDataset } from "../src/learning/data/index.ts";
import { mapFile } from "../src/learning/runtime/index.ts";

const count = Number(process.argv[2] ?? 10_000);
const size = 64;
const [height, width] = [375, 500];
const distinct = 50;
const python = process.env.TUNESMITH_PEERS;
const root = mkdtempSync(join(tmpdir(), "tunesmith-bench-"));

/** Smooth colours with some grain, about as long as a photograph of that size. */
function drawPhotograph(path: string, index: number): Promise<unknown> {
  const stream = new RandomStream(toSeed(0), "photograph", index);
  const [a, b, c] = [stream.uniform(0), stream.uniform(1), stream.uniform(2)].map((x) => 20 + 60 * x);
  const pixels = Uint8Array.from({ length: height * width * 3 }, (_, at) => {
    const [x, y, channel] = [Math.floor(at / 3) % width, Math.floor(at / (3 * width)), at % 3];
    const smooth = Math.sin(x / a!) + Math.sin(y / b!) + Math.sin((x + y) / c! + channel);
    return 128 + 36 * smooth + 8 * stream.uniform(3 + at);
  });
  return sharp(pixels, { raw: { height, width, channels: 3 } })
    .jpeg({ quality: 85 })
    .toFile(path);
}

async function seconds(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await action();
  return (performance.now() - start) / 1000;
}

try {
  const folder = join(root, "photographs");
  const pathOf = (index: number) => join(folder, `class-${index % 10}`, `${index}.jpg`);
  for (let label = 0; label < 10; label++) mkdirSync(join(folder, `class-${label}`), { recursive: true });
  for (let index = 0; index < count; index++) {
    if (index < distinct) await drawPhotograph(pathOf(index), index);
    else copyFileSync(pathOf(index % distinct), pathOf(index));
  }
  const data = dataSchema.parse({ dataset: { kind: "image-folder", path: folder, size }, test: 0 });
  const load = () => loadDataset(data, { cacheDir: root, mapFile });
  const [first, second] = [await seconds(load), await seconds(load)];
  const line = [
    `${count} JPEGs of ${width}x${height} to ${size}x${size}, ${availableParallelism()} cores`,
    `decoded once in ${first.toFixed(1)} s (${(count / first).toFixed(0)} images/s)`,
    `the next time ${(1000 * second).toFixed(0)} ms`,
  ];
  if (python !== undefined) {
    const script = fileURLToPath(new URL("peers/image_folder.py", import.meta.url));
    const task = ["--folder", folder, "--size", String(size), "--workers", String(availableParallelism())];
    const output = execFileSync(python, [script, ...task], { encoding: "utf8" });
    const peer = JSON.parse(output) as { secondsPerEpoch: number };
    line.push(
      `torchvision ${peer.secondsPerEpoch.toFixed(1)} s in every epoch`,
      `ratio ${(peer.secondsPerEpoch / first).toFixed(1)}`,
    );
  }
  console.log(line.join("   "));
} finally {
  rmSync(root, { recursive: true });
}
