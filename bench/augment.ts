/**
 * Measures how many images are augmented in a second of one core's time, so that other programs count for little, and the same by torchvision in a DataLoader's worker when
 * there is a peer's Python (TUNESMITH_PEERS).
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { RandomStream, toSeed } from "../src/base/index.ts";
import { compileGather } from "../src/learning/compiler/index.ts";
import { dataSchema, lowerAugmentation, type TrainingSplits } from "../src/learning/data/index.ts";
import { loadRuntime, type Runtime } from "../src/learning/runtime/index.ts";

const python = process.env.TUNESMITH_PEERS;
const peerScript = fileURLToPath(new URL("peers/augment.py", import.meta.url));
/** Turns that Tunesmith and the peer take. */
const turns = 3;
const images = 6000;
const batchSize = 32;

/** The peer knows them by their names. */
const programs = {
  "flip, rotation, resized crop": { horizontalFlip: {}, rotation: { degrees: 15 }, resizedCrop: {} },
  "flip, padded crop": { horizontalFlip: {}, paddedCrop: {} },
  "flip, affine, brightness, erasing": {
    horizontalFlip: {},
    affine: { degrees: 10, shift: 0.1, zoom: 0.1, shear: 5 },
    brightness: { factor: 0.2 },
    randomErasing: {},
  },
};
const shapes = [
  [28, 28, 1],
  [32, 32, 3],
] as const;

function randomSplits(shape: readonly number[]): TrainingSplits {
  const size = shape.reduce((product, length) => product * length, 1);
  const stream = new RandomStream(toSeed(0), "bench", "images");
  const examples = {
    count: images,
    shape,
    features: Uint8Array.from({ length: images * size }, (_, index) => stream.uint32(index)),
    labels: new Uint8Array(images),
  };
  const split = { examples, indices: Int32Array.from({ length: images }, (_, index) => index) };
  return { train: split, validation: split, task: { kind: "classification", classes: ["a", "b"] }, shape };
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Images a second of the processor's time, from bytes to the floats of a batch, as a training step gathers them. */
function ownRate(runtime: Runtime, { train, shape }: TrainingSplits, asked: object): number {
  const { augmentation } = dataSchema.parse({ dataset: "digits", augmentation: asked });
  const program = lowerAugmentation(augmentation, shape);
  const gather = compileGather({ inputShape: shape, source: "bytes", augmentation: program }, batchSize);
  const executor = runtime.createExecutor(gather.plan, train.examples);
  for (const { slot, value } of gather.initialSlots) executor.slots[slot] = value;
  executor.slots[gather.slots.inputScale] = 1 / 255;
  const order = train.indices.slice();
  new RandomStream(toSeed(0), "bench", "order").shuffle(order);
  const rates: number[] = [];
  for (let epoch = 0; epoch <= 9; epoch++) {
    executor.slots[gather.slots.epoch] = epoch;
    const start = process.cpuUsage();
    executor.execute("train", { order, first: 0, end: images, watchedSlot: -1 });
    const { user, system } = process.cpuUsage(start);
    // The first one warms up.
    if (epoch > 0) rates.push((1e6 * images) / (user + system));
  }
  return median(rates);
}

function peerRate(program: string, shape: readonly number[]): number {
  const words = ["--program", program, "--shape", shape.join("x")];
  const output = execFileSync(python!, [peerScript, ...words], { encoding: "utf8" });
  return (JSON.parse(output) as { imagesPerSecond: number }).imagesPerSecond;
}

const native = await loadRuntime();
const wasm = await loadRuntime({ backend: "wasm" });
const thousands = (rate: number) => `${(rate / 1000).toFixed(0)}k`;
console.log(`augmented images in a second of one core, ${native.backend} ${native.instructionSet}`);
if (python === undefined) {
  console.log("no peer: set TUNESMITH_PEERS to a Python with torch and torchvision (bench/README.md)");
}
for (const shape of shapes) {
  const splits = randomSplits(shape);
  for (const [name, augmentation] of Object.entries(programs)) {
    const own: number[] = [];
    const peer: number[] = [];
    for (let turn = 0; turn < turns; turn++) {
      own.push(ownRate(native, splits, augmentation));
      if (python !== undefined) peer.push(peerRate(name, shape));
    }
    const line = [
      `${shape.join("x")} ${name}`.padEnd(44),
      `native ${thousands(median(own))}`,
      `wasm ${thousands(ownRate(wasm, splits, augmentation))}`,
    ];
    if (peer.length > 0) {
      const rate = median(peer);
      line.push(`torchvision ${thousands(rate)}`, `ratio ${(median(own) / rate).toFixed(0)}`);
    }
    console.log(line.join("   "));
  }
}
