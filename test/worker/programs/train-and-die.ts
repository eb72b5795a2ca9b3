/**
 * A worker that trains its study's trials, and is killed at a point when one is named.
 *
 *     node train-and-die.ts STORE WORKER DEAD-WORKER [POINT]
 *
 * DEAD-WORKER: whose trials it takes over first.
 */
import { systemClock } from "../../../src/base/index.ts";
import { loadRuntime } from "../../../src/learning/runtime/index.ts";
import { openStorage } from "../../../src/search/storage/index.ts";
import { Study } from "../../../src/search/study/index.ts";
import { FilePlaces } from "../../../src/app/worker/file-places.ts";
import type { WorkerMessage } from "../../../src/app/worker/messages.ts";
import { runTrial } from "../../../src/app/worker/run-trial.ts";
import { SplitCache } from "../../../src/app/worker/split-cache.ts";
import { crashPoints, dyingAt, type CrashPoint, type CrashPointName } from "./crash-points.ts";

const [store, worker, dead, name] = process.argv.slice(2) as [
  string,
  string,
  string,
  CrashPointName | undefined,
];
const point: CrashPoint | null = name === undefined ? null : crashPoints[name];
const storage = dyingAt(await openStorage(store, { create: false }), "storage", point);
const study = await Study.open({ storage, clock: systemClock, name: "crash" });
await study.releaseWorker(dead);
const places = new FilePlaces({ store });
const filesOf = (kind: "checkpoints" | "weights" | "inherit") =>
  places.trialFiles(kind, { storage, study: study.record });

let elapsed = 0;
const stop = new AbortController();
const context = {
  study,
  storage,
  runtime: await loadRuntime(),
  splits: new SplitCache({}),
  checkpoints: dyingAt(filesOf("checkpoints"), "checkpoints", point),
  weights: dyingAt(filesOf("weights"), "weights", point),
  inherit: filesOf("inherit"),
  // Every epoch is reported, however fast it is.
  clock: { now: () => systemClock.now(), elapsed: () => (elapsed += 1000) },
  stop: stop.signal,
  send: ({ kind }: WorkerMessage) => {
    if (kind === "trial-progress" && point?.isInterrupted === true) stop.abort();
  },
};
while (!stop.signal.aborted) {
  const trial = await study.claim(worker);
  if (trial === null) break;
  await runTrial(trial, context);
}
await storage.close();
