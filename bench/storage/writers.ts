/**
 * What a store takes from several workers at once: epochs of 50 observations that also renew the lease, and whole trials of one such
 * epoch.
 *
 *     node bench/storage/writers.ts [--workers 8] [--seconds 10] [sqlite] [postgres]
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { systemClock } from "../../src/base/index.ts";
import { openStorage } from "../../src/search/storage/index.ts";
import { Study } from "../../src/search/study/index.ts";
import { studyFixture } from "../../src/testing/study-fixture.ts";
import { machine, table } from "../search/results.ts";
import { createStore, parseKinds, type StoreKind } from "./store.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { workers: { type: "string", default: "8" }, seconds: { type: "string", default: "10" } },
});
const program = fileURLToPath(new URL("programs/work.ts", import.meta.url));

/** Milliseconds of each epoch or trial, of all workers together. */
async function measure(kind: StoreKind, mode: "epochs" | "trials"): Promise<number[]> {
  const store = await createStore(kind);
  try {
    const storage = await openStorage(store.url);
    const definition = studyFixture({ name: "bench", maxTrials: 1_000_000 });
    await Study.create({ storage, clock: systemClock, definition });
    await storage.close();
    const workers = Array.from({ length: Number(values.workers) }, (_, index) =>
      fork(program, [store.url, `worker-${index}`, mode, values.seconds], { execArgv: [] }),
    );
    const messages = () =>
      Promise.all(workers.map(async (worker) => (await once(worker, "message"))[0] as unknown));
    await messages();
    for (const worker of workers) worker.send("go");
    return ((await messages()) as number[][]).flat();
  } finally {
    await store.remove();
  }
}

const rows: string[][] = [];
for (const kind of parseKinds(positionals)) {
  for (const mode of ["epochs", "trials"] as const) {
    const sorted = (await measure(kind, mode)).toSorted((a, b) => a - b);
    const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!.toFixed(1);
    const rate = Math.round(sorted.length / Number(values.seconds)).toLocaleString("en");
    rows.push([kind, mode, rate, at(0.5), at(0.99), at(1)]);
  }
}
console.log(`${values.workers} workers, 50 observations an epoch; ${machine()}\n`);
console.log(table(["store", "what", "a second", "median ms", "p99 ms", "worst ms"], rows));
