/**
 * A worker that trains nothing: each epoch reports 50 metrics and renews its lease. It answers with how long each call took.
 *
 *     node work.ts STORE WORKER epochs|trials SECONDS
 *
 * epochs: one trial for all of them. trials: an epoch each, claimed and completed.
 */
import { once } from "node:events";

import { systemClock } from "../../../src/base/index.ts";
import { openStorage } from "../../../src/search/storage/index.ts";
import { Study } from "../../../src/search/study/index.ts";
import type { Observation } from "../../../src/search/trial/index.ts";
import { resultFixture } from "../../../src/testing/study-fixture.ts";

const [store, worker, mode, seconds] = process.argv.slice(2) as [string, string, "epochs" | "trials", string];
const metrics = Array.from({ length: 49 }, (_, index) => `layer${index}/gradient-norm`);

const storage = await openStorage(store, { create: false });
const study = await Study.open({ storage, clock: systemClock, name: "bench" });

const epoch = (step: number): readonly Observation[] =>
  ["validation/accuracy", ...metrics].map((metric, index) => ({
    metric,
    step,
    time: systemClock.now(),
    value: Math.sin(step * 50 + index),
  }));

async function claim() {
  const trial = await study.claim(worker);
  if (trial === null) throw new Error("the budget of the benchmark is too small");
  return { trialId: trial.id, attempt: trial.attempt };
}

// Connections, statements and metrics are made once, for a study that lasts hours.
const first = await claim();
await study.report(first, epoch(1));
process.send!("ready");
await once(process, "message");

const milliseconds: number[] = [];
const end = performance.now() + 1000 * Number(seconds);
for (let step = 2; performance.now() < end; step++) {
  const start = performance.now();
  if (mode === "epochs") await study.report(first, epoch(step));
  else await study.complete(await claim(), { result: resultFixture, observations: epoch(1) });
  milliseconds.push(performance.now() - start);
}
await storage.close();
process.send!(milliseconds, () => process.disconnect());
