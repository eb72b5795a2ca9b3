/**
 * The same work handed out by the store alone, and by pg-boss beside it: trials of one epoch (claim, 50 observations with their sums,
 * completion) by eight workers in one process; and how long a killed worker's trial lies until somebody has it.
 *
 * The queue's way is the shortest that keeps a result: one transaction for observations, trial and job, fenced by the job's attempt. It
 * logs no events, counts no revisions and wakes nobody, all of which the store's way does.
 *
 *     npm install --prefix FOLDER pg-boss@12.35.0
 *     node bench/storage/queue.ts --pg-boss FOLDER [--seconds 5] [--turns 3]
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { Pool } from "pg";

import { systemClock } from "../../src/base/index.ts";
import { openStorage, type Storage } from "../../src/search/storage/index.ts";
import { Study } from "../../src/search/study/index.ts";
import type { StudyId } from "../../src/search/trial/index.ts";
import { leaseOf, newTrial } from "../../src/testing/storage-fixture.ts";
import { resultFixture, studyFixture } from "../../src/testing/study-fixture.ts";
import { machine, table } from "../search/results.ts";
import { queueName, silentSeconds, startBoss, type Boss } from "./pg-boss.ts";
import { createStore } from "./store.ts";

const { values } = parseArgs({
  options: {
    "pg-boss": { type: "string" },
    seconds: { type: "string", default: "5" },
    turns: { type: "string", default: "3" },
  },
});
const folder = values["pg-boss"];
if (folder === undefined) throw new Error("--pg-boss: expected the folder where it is installed, got none");
const seconds = Number(values.seconds);
const turns = Number(values.turns);
const workers = 8;
/** More than are run in a turn. */
const supply = 900 * seconds;
const metrics = Array.from({ length: 50 }, (_, index) => `layer${index}/gradient-norm`);
const program = fileURLToPath(new URL("programs/hold.ts", import.meta.url));

/** Milliseconds of each trial of all workers, for a turn. */
async function timeTrials(runOne: (worker: number) => Promise<void>): Promise<number[]> {
  const times: number[] = [];
  const end = performance.now() + 1000 * seconds;
  await Promise.all(
    Array.from({ length: workers }, async (_, worker) => {
      while (performance.now() < end) {
        const start = performance.now();
        await runOne(worker);
        times.push(performance.now() - start);
      }
    }),
  );
  return times;
}

async function fillStudy(storage: Storage, name: string): Promise<StudyId> {
  const { id } = await storage.createStudy(studyFixture({ name, maxTrials: supply }), 0);
  for (let number = 0; number < supply; number++) await storage.enqueueTrial(id, newTrial(number), 0);
  return id;
}

async function byStore(url: string, turn: number): Promise<number[]> {
  const storages = await Promise.all(Array.from({ length: workers }, () => openStorage(url)));
  const id = await fillStudy(storages[0]!, `store-${turn}`);
  const observations = metrics.map((metric) => ({ metric, step: 1, time: 0, value: 0.5 }));
  const times = await timeTrials(async (worker) => {
    const storage = storages[worker]!;
    const now = Date.now();
    const trial = (await storage.claimWaiting(id, { worker: `worker-${worker}`, now, leaseMs: 15_000 }))!;
    const outcome = { state: "completed", objectiveValue: 0.5, result: resultFixture } as const;
    await storage.finishAttempt(leaseOf(trial), outcome, { now, observations });
  });
  await Promise.all(storages.map((storage) => storage.close()));
  return times;
}

const write = `
WITH written AS (
  INSERT INTO tunesmith.observation (trial_id, metric_id, step, attempt, time, value)
  SELECT $1::bigint, metric_id, 1, 1, 0, 0.5 FROM unnest($2::integer[]) AS metric_id
), summed_up AS (
  INSERT INTO tunesmith.series
    (trial_id, metric_id, count, last_step, last, minimum, minimum_step, maximum, maximum_step)
  SELECT $1::bigint, metric_id, 1, 1, 0.5, 0.5, 1, 0.5, 1 FROM unnest($2::integer[]) AS metric_id
)
UPDATE tunesmith.trial SET state = 'completed', attempt = 1, objective_value = 0.5, result = $3, finished_at = $4
WHERE id = $1`;

async function byQueue(url: string, turn: number): Promise<number[]> {
  const storage = await openStorage(url);
  const id = await fillStudy(storage, `queue-${turn}`);
  const trials = await storage.listTrials(id);
  await storage.close();
  const boss = await startBoss(folder!, url, workers);
  await boss.insert(
    queueName,
    trials.map(({ number }) => ({ data: { number } })),
  );
  const pool = new Pool({ connectionString: url, max: workers });
  const ids = `{${metrics.map((_, index) => index + 1).join(",")}}`;
  const result = JSON.stringify(resultFixture);
  const times = await timeTrials(async () => {
    const [job] = await boss.fetch(queueName, { includeMetadata: true });
    const client = await pool.connect();
    await client.query("BEGIN");
    const given = [trials[job!.data.number]!.id, ids, result, Date.now()];
    await client.query({ name: "write", text: write, values: given });
    await boss.complete(queueName, job!, null, {
      db: { executeSql: (text, parameters) => client.query(text, parameters) },
    });
    await client.query("COMMIT");
    client.release();
  });
  await pool.end();
  await boss.stop({ graceful: false });
  return times;
}

/** Seconds from the kill of a worker that had renewed its lease a moment ago, looked for every 100 ms. */
async function handOver(url: string, way: "store" | "queue", next: () => Promise<boolean>): Promise<number> {
  const holder = fork(program, [way, url, folder!], { execArgv: [] });
  await once(holder, "message");
  await once(holder, "message");
  holder.kill("SIGKILL");
  const start = performance.now();
  while (!(await next())) await sleep(100);
  return (performance.now() - start) / 1000;
}

async function handOverByStore(url: string): Promise<number> {
  const storage = await openStorage(url);
  const leaseMs = silentSeconds * 1000;
  const definition = studyFixture({ name: "hand-over", maxTrials: 1 });
  const study = await Study.create({ storage, clock: systemClock, definition, leaseMs });
  const waited = await handOver(url, "store", async () => (await study.claim("next")) !== null);
  await storage.close();
  return waited;
}

async function handOverByQueue(url: string): Promise<number> {
  const boss: Boss = await startBoss(folder!, url, 2);
  await boss.insert(queueName, [{ data: { number: 0 } }]);
  const next = async () => (await boss.fetch(queueName, { includeMetadata: true })).length > 0;
  const waited = await handOver(url, "queue", next);
  await boss.stop({ graceful: false });
  return waited;
}

const measured = { "the store alone": [] as number[][], "pg-boss beside it": [] as number[][] };
for (let turn = 0; turn < turns; turn++) {
  for (const [way, run] of [
    ["the store alone", byStore],
    ["pg-boss beside it", byQueue],
  ] as const) {
    const store = await createStore("postgres");
    // Both know the metrics before they are timed.
    const storage = await openStorage(store.url);
    const { id } = await storage.createStudy(studyFixture({ name: "first" }), 0);
    const trial = (await storage.createTrial(id, newTrial(0), { worker: "first", now: 0, leaseMs: 1 }))!;
    const points = metrics.map((metric) => ({ metric, step: 1, time: 0, value: 0 }));
    await storage.appendObservations(leaseOf(trial), points, 0);
    await storage.close();
    measured[way].push(await run(store.url, turn));
    await store.remove();
  }
}
const silent = { "the store alone": [] as number[], "pg-boss beside it": [] as number[] };
for (let turn = 0; turn < turns; turn++) {
  const stores = [await createStore("postgres"), await createStore("postgres")];
  const [alone, beside] = await Promise.all([
    handOverByStore(stores[0]!.url),
    handOverByQueue(stores[1]!.url),
  ]);
  silent["the store alone"].push(alone);
  silent["pg-boss beside it"].push(beside);
  for (const store of stores) await store.remove();
}

const rows = (Object.keys(measured) as (keyof typeof measured)[]).map((way) => {
  const rates = measured[way].map((times) => times.length / seconds).toSorted((a, b) => a - b);
  const all = measured[way].flat().toSorted((a, b) => a - b);
  const at = (share: number) => all[Math.floor(share * (all.length - 1))]!.toFixed(1);
  const worst = Math.max(...silent[way]).toFixed(1);
  const middle = Math.round(rates[Math.floor(turns / 2)]!);
  return [way, String(middle), rates.map(Math.round).join(" "), at(0.5), at(0.99), worst];
});
console.log(`${workers} workers, ${turns} turns of ${seconds} s each; ${machine()}\n`);
console.log(
  table(["", "trials a second", "by turn", "median ms", "p99 ms", "longest hand-over s (10 s silent)"], rows),
);
