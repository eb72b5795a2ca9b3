/**
 * Data larger than memory: a training on a mapped entry of the decoded cache holds none of it in memory of its own. What it
 * has looked at are pages of the file, which the system takes back when it needs them and which all workers share.
 */
import { fork } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

import { RandomStream, toSeed } from "../../src/base/index.ts";
import { DecodedCache } from "../../src/learning/data/decoded-cache/decoded-cache.ts";
import { describeRuntimes } from "../../src/learning/runtime/index.ts";
import { temporaryFolder } from "../../src/testing/temporary-folder.ts";
import { nextMessage } from "../storage/programs/start-program.ts";

const count = 16_384;
const shape = [64, 64, 3];
const bytes = count * 64 * 64 * 3;

interface Outcome {
  readonly resultHash: string;
  /** The most that was held besides what the program itself takes, in bytes. */
  readonly own: number;
  readonly files: number;
}

async function train(cacheDir: string, how: "mapped" | "read"): Promise<Outcome> {
  const file = fileURLToPath(new URL("./programs/train-from-cache.ts", import.meta.url));
  const child = fork(file, [cacheDir, how], { execArgv: [] });
  onTestFinished(() => void child.kill("SIGKILL"));
  return (await nextMessage(child)) as Outcome;
}

async function writeEntry(cacheDir: string): Promise<void> {
  const noise = new RandomStream(toSeed(1), "pixels");
  const piece = Uint8Array.from({ length: 1 << 20 }, (_, index) => 256 * noise.uniform(index));
  const cache = new DecodedCache({ cacheDir });
  await cache.write(cache.pathOf("large"), bytes, async ({ append }) => {
    for (let at = 0; at < bytes; at += piece.length) {
      piece[at % 4096] = at >> 20;
      await append(piece.subarray(0, bytes - at));
    }
    const values = Uint8Array.from({ length: count }, (_, index) => index % 2);
    return {
      facts: null,
      first: { name: "features", dimensions: [count, ...shape] },
      others: { labels: { values, dimensions: [count] } },
    };
  });
}

const hasNative = (await describeRuntimes()).some(
  ({ backend, isUsable }) => backend === "native" && isUsable,
);
const isMeasurable = hasNative && existsSync("/proc/self/status");
if (!isMeasurable)
  console.warn("skipped: training on mapped data, because there is no native core or no /proc.");

test.skipIf(!isMeasurable)(
  "a training on mapped data holds none of it and gives the same result",
  async () => {
    const cacheDir = temporaryFolder();
    await writeEntry(cacheDir);
    const mapped = await train(cacheDir, "mapped");
    const read = await train(cacheDir, "read");
    expect(mapped.resultHash).toBe(read.resultHash);
    expect(mapped.files).toBeGreaterThan(0.95 * bytes);
    expect(mapped.own).toBeLessThan(0.5 * bytes);
    expect(read.own).toBeGreaterThan(0.95 * bytes);
  },
);
