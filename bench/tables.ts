/**
 * Measures how fast a table of a million rows of 20 columns is read, against pandas or else NumPy where the peer's Python
 * (TUNESMITH_PEERS) has them. Times are the processor's, so that others on the machine count for less. The file is written
 * into a temporary folder and removed.
 */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { dataSchema, loadDataset, splitDataset } from "../src/learning/data/index.ts";

const rows = 1_000_000;
const rowsPerPiece = 1000;
const turns = 3;
const python = process.env.TUNESMITH_PEERS;
/** Of the processor, all threads together. */
const now = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
const seconds = (value: number) => `${value.toFixed(2)} s`;
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;

/** 16 columns of numbers with four decimals, two of whole numbers, one of names, and the class. */
async function writeTable(path: string, isQuoted: boolean): Promise<void> {
  let state = 1;
  // A linear congruential generator with the constants of Numerical Recipes: fast, and of no consequence here.
  const uniform = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  const draw = () => {
    const name = ["red", "green", "blue"][Math.floor(3 * uniform())]!;
    return isQuoted ? `"${name}"` : name;
  };
  const file = createWriteStream(path);
  const header = [...Array.from({ length: 18 }, (_, index) => `number${index}`), "color", "class"];
  file.write(`${header.join(",")}\n`);
  for (let done = 0; done < rows; done += rowsPerPiece) {
    const lines = Array.from({ length: rowsPerPiece }, () => {
      const numbers = Array.from({ length: 16 }, () => (200 * uniform() - 100).toFixed(4));
      const whole = Array.from({ length: 2 }, () => String(Math.floor(1e5 * uniform())));
      return [...numbers, ...whole, draw(), String(Math.floor(3 * uniform()))].join(",");
    });
    if (!file.write(`${lines.join("\n")}\n`)) await once(file, "drain");
  }
  file.end();
  await once(file, "finish");
}

const folder = await mkdtemp(join(tmpdir(), "tunesmith-bench-tables-"));
try {
  for (const isQuoted of [false, true]) {
    const path = join(folder, `table-${isQuoted}.csv`);
    await writeTable(path, isQuoted);
    const size = `${((await stat(path)).size / 1e6).toFixed(0)} MB`;
    const data = dataSchema.parse({
      dataset: { kind: "csv", path, target: "class", task: "classification" },
      test: 0,
    });
    const reading: number[] = [];
    const encoding: number[] = [];
    const peer: string[] = [];
    const again: number[] = [];
    for (let turn = 0; turn < turns; turn++) {
      // A cache of its own for each turn, or all but the first would find the table there.
      const cacheDir = join(folder, `cache-${isQuoted}-${turn}`);
      const start = now();
      await loadDataset(data, { cacheDir });
      reading.push(now() - start);
      const second = now();
      const dataset = await loadDataset(data, { cacheDir });
      const read = now();
      again.push(read - second);
      splitDataset(dataset, data);
      encoding.push(now() - read);
      if (python !== undefined) {
        const script = fileURLToPath(new URL("peers/read_table.py", import.meta.url));
        peer.push(execFileSync(python, [script, path], { encoding: "utf8" }).trim());
      }
    }
    console.log(
      [
        `${rows} x 20, ${size}, names ${isQuoted ? "quoted" : "plain"}`,
        `read ${seconds(median(reading))}`,
        `the next time ${seconds(median(again))}`,
        `split, one-hot and scaling ${seconds(median(encoding))}`,
        ...new Set(peer.toSorted().slice(turns >> 1, (turns >> 1) + 1)),
      ].join("   "),
    );
  }
  if (python === undefined) console.log("no peer: set TUNESMITH_PEERS to a Python with pandas or NumPy");
} finally {
  await rm(folder, { recursive: true });
}
