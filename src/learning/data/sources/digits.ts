import { RandomStream, toSeed } from "../../../base/index.ts";
import { contentHash, idxSum } from "../content-hash.ts";
import type { Examples } from "../dataset.ts";
import { drawDigit, imageSide } from "../digits/draw-digit.ts";
import { LockedSplit, type TestSplitContent } from "../locked-split.ts";
import type { DatasetSource } from "./source.ts";

const exampleCount = 12_000;
const testCount = 2000;
const classes = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
const shape = [imageSide, imageSide, 1];
const seed = toSeed(0);

/** Every class equally often; image `index` depends on the split's name and the index alone. */
function draw(split: "examples" | "test", count: number): TestSplitContent {
  const features = new Uint8Array(count * imageSide * imageSide);
  const labels = new Uint8Array(count);
  for (let index = 0; index < count; index++) {
    const label = index % classes.length;
    labels[index] = label;
    const stream = new RandomStream(seed, "digits", split, index);
    drawDigit(label, stream, { out: features, offset: index * imageSide * imageSide });
  }
  const examples: Examples = { count, shape, features, labels };
  const sums = {
    features: idxSum(features, [count, imageSide, imageSide]),
    labels: idxSum(labels, [count]),
  };
  return { examples, contentHash: contentHash(sums) };
}

/** Drawn once per process: it takes about a second. */
let drawn: TestSplitContent | undefined;

/** Digits drawn by the project itself: no network, no files, and the same bytes on every machine. */
export const digits: DatasetSource = {
  name: "digits",
  title: "Digits drawn by Tunesmith, grey, 28x28",
  origin: { address: null, licence: "MIT" },
  classes,
  shape,
  exampleCount,
  testCount,
  locate: async () => ({ kind: "embedded", isAtHand: true, files: [] }),
  load: async () => {
    drawn ??= draw("examples", exampleCount);
    const test = new LockedSplit(testCount, async () => draw("test", testCount));
    return { name: "digits", classes, shape, examples: drawn.examples, test, contentHash: drawn.contentHash };
  },
};
