/**
 * A study of 50,000 trials with ten metrics of 20 epochs each: how long until it can be worked on, and what lists cost.
 *
 *     node bench/storage/large-study.ts [--trials 50000] [sqlite] [postgres]
 */
import { parseArgs } from "node:util";

import { systemClock } from "../../src/base/index.ts";
import { openStorage } from "../../src/search/storage/index.ts";
import { Study } from "../../src/search/study/index.ts";
import { resultFixture, studyFixture } from "../../src/testing/study-fixture.ts";
import { machine, table } from "../search/results.ts";
import { createStore, parseKinds, type StoreKind } from "./store.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { trials: { type: "string", default: "50000" } },
});
const trials = Number(values.trials);
const metrics = ["validation/accuracy", "validation/loss", "train/accuracy", "train/loss", "learning-rate"];

async function fill(url: string): Promise<void> {
  const storage = await openStorage(url);
  const definition = studyFixture({ name: "bench", maxTrials: trials + 1 });
  const study = await Study.create({ storage, clock: systemClock, definition });
  for (let number = 0; number < trials; number++) {
    const trial = (await study.claim("bench"))!;
    const observations = metrics.flatMap((metric, index) =>
      Array.from({ length: 10 }, (_, epoch) => ({
        metric,
        step: epoch + 1,
        time: 0,
        value: Math.sin(number + index * epoch),
      })),
    );
    await study.complete(
      { trialId: trial.id, attempt: trial.attempt },
      { result: resultFixture, observations },
    );
  }
  await storage.close();
}

async function measure(kind: StoreKind): Promise<Record<string, number>> {
  const store = await createStore(kind);
  try {
    await fill(store.url);
    const times: Record<string, number> = {};
    const timed = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
      const start = performance.now();
      const result = await work();
      times[what] = performance.now() - start;
      return result;
    };
    const storage = await timed("open the store", () => openStorage(store.url, { create: false }));
    const study = await timed("open the study", () =>
      Study.open({ storage, clock: systemClock, name: "bench" }),
    );
    await timed("progress", () => study.progress());
    await timed("first claim", () => study.claim("other"));
    await timed("best", () => study.best());
    await timed("series of all trials", () => storage.listSeries(study.record.id));
    await timed("a trial's curves", () => storage.listObservations(1 as never));
    await storage.close();
    return times;
  } finally {
    await store.remove();
  }
}

const kinds = parseKinds(positionals);
const measured = new Map<StoreKind, Record<string, number>>();
for (const kind of kinds) measured.set(kind, await measure(kind));
const [first] = measured.values();
const rows = Object.keys(first!).map((what) => [
  what,
  ...kinds.map((kind) => measured.get(kind)![what]!.toFixed(0)),
]);
console.log(`a study of ${trials.toLocaleString("en")} trials, milliseconds; ${machine()}\n`);
console.log(table(["what", ...kinds], rows));
