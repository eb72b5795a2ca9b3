/**
 * Trains a linear classifier on an entry of the decoded cache, mapped or read into memory, and sends the result's hash and
 * how much memory of its own, and how much of mapped files, the process has held at most.
 *
 *     train-from-cache.ts CACHE mapped|read
 */
import { readFileSync } from "node:fs";

import { DecodedCache } from "../../../src/learning/data/decoded-cache/decoded-cache.ts";
import type { TrainingSplits } from "../../../src/learning/data/index.ts";
import { loadRuntime, mapFile } from "../../../src/learning/runtime/index.ts";
import { trainingDocument } from "../../../src/testing/training-fixture.ts";
import { TrainingRun } from "../../../src/learning/training/index.ts";

const [cacheDir, how] = process.argv.slice(2);

function memory(): { own: number; files: number } {
  const status = readFileSync("/proc/self/status", "utf8");
  const bytes = (field: string) => 1024 * Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)![1]);
  return { own: bytes("RssAnon"), files: bytes("RssFile") };
}

const cache = new DecodedCache({ cacheDir, ...(how === "mapped" ? { mapFile } : {}) });
const before = memory();
const entry = (await cache.read(cache.pathOf("large")))!;
const { features, labels } = entry.parts;
const [count, ...shape] = features!.dimensions;
const examples = {
  count: count!,
  shape,
  features: features!.values as Uint8Array,
  labels: labels!.values as Uint8Array,
};
const order = Int32Array.from({ length: count! }, (_, index) => (index * 7919) % count!);
const splits: TrainingSplits = {
  train: { examples, indices: order.subarray(256) },
  validation: { examples, indices: order.subarray(0, 256) },
  task: { kind: "classification", classes: ["a", "b"] },
  shape,
};
const run = TrainingRun.create({
  document: trainingDocument({ epochs: 1, batchSize: 64 }, { hidden: [4] }),
  splits,
  runtime: await loadRuntime({ backend: "native" }),
});
const most = { own: 0, files: 0 };
for await (const _ of run.epochs()) {
  const now = memory();
  most.own = Math.max(most.own, now.own - before.own);
  most.files = Math.max(most.files, now.files - before.files);
}
process.send!({ resultHash: run.finish().resultHash, ...most });
process.disconnect();
