/**
 * What a thousand workers would ask of one PostgreSQL: each thing that a worker does is measured by the processor time of the
 * server, in a study in which a thousand trials run, and multiplied by how often a thousand workers do it.
 *
 *     node bench/storage/many-workers.ts [--workers 1000] [--seconds 4]
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { systemClock } from "../../src/base/index.ts";
import { openStorage, type Lease } from "../../src/search/storage/index.ts";
import { defaultLeaseMs, leaseLookMs, Study } from "../../src/search/study/index.ts";
import type { Observation } from "../../src/search/trial/index.ts";
import { PostgresServer } from "../../src/testing/postgres-server.ts";
import { processTable } from "../../src/testing/process-table.ts";
import { newTrial } from "../../src/testing/storage-fixture.ts";
import { resultFixture, studyFixture } from "../../src/testing/study-fixture.ts";
import { machine, table } from "../search/results.ts";

const { values } = parseArgs({
  options: { workers: { type: "string", default: "1000" }, seconds: { type: "string", default: "4" } },
});
const workers = Number(values.workers);
/** At once, so that commits share syncs as they would. */
const clients = 8;

/** What is assumed of a worker: trainings of minutes whose epochs take seconds. */
const assumed = { epochSeconds: 5, trialSeconds: 300 } as const;

const server = new PostgresServer();
await server.start();
try {
  const storage = await openStorage(await server.createDatabase());
  const definition = studyFixture({ name: "bench", maxTrials: 1_000_000 });
  const study = await Study.create({ storage, clock: systemClock, definition });
  const { id } = study.record;
  const leases: Lease[] = [];
  for (let number = 0; number < workers; number++) {
    const by = { worker: `worker-${number}`, now: systemClock.now(), leaseMs: defaultLeaseMs };
    const trial = (await storage.createTrial(id, newTrial(number), by))!;
    leases.push({ trialId: trial.id, attempt: trial.attempt });
  }
  let step = 0;
  const epoch = (at: number): Observation[] =>
    Array.from({ length: 50 }, (_, index) => ({
      metric: index === 0 ? "validation/accuracy" : `layer${index}/gradient-norm`,
      step: at,
      time: 0,
      value: Math.sin(at + index),
    }));

  const acts = [
    {
      name: "reports an epoch of 50 observations",
      everySeconds: assumed.epochSeconds,
      act: (turn: number) =>
        storage.appendObservations(leases[turn % workers]!, epoch(++step), systemClock.now()),
    },
    {
      name: "renews its lease",
      everySeconds: defaultLeaseMs / 3000,
      act: (turn: number) => storage.renewLease(leases[turn % workers]!, systemClock.now()),
    },
    {
      name: "looks for silent workers",
      // About sixteen of them do so each second, and each once a minute.
      everySeconds: workers / (16000 / leaseLookMs + workers / 60),
      act: async () => void (await storage.listLeases(id)),
    },
    {
      name: "takes a new trial and ends it",
      everySeconds: assumed.trialSeconds,
      act: async (turn: number) => {
        const trial = await study.claim(`other-${turn}`);
        const lease = { trialId: trial!.id, attempt: trial!.attempt };
        await study.complete(lease, { result: resultFixture, observations: epoch(1) });
      },
    },
  ];

  const rows: string[][] = [];
  let cores = 0;
  for (const { name, everySeconds, act } of acts) {
    await act(0);
    const end = performance.now() + 1000 * Number(values.seconds);
    const before = await serverSeconds();
    const start = performance.now();
    let done = 0;
    await Promise.all(
      Array.from({ length: clients }, async () => {
        while (performance.now() < end) await act(done++);
      }),
    );
    const each = (1000 * ((await serverSeconds()) - before)) / done;
    const rate = (1000 * done) / (performance.now() - start);
    const asked = workers / everySeconds;
    cores += (asked * each) / 1000;
    rows.push([
      name,
      each.toFixed(2),
      Math.round(rate).toLocaleString("en"),
      Math.round(asked).toLocaleString("en"),
      ((asked * each) / 1000).toFixed(2),
    ]);
  }
  await storage.close();
  console.log(`${workers} workers, ${machine()}\n`);
  const head = ["each worker", "ms of the server", "a second here", "a second asked", "cores of the server"];
  console.log(table(head, [...rows, ["together", "", "", "", cores.toFixed(2)]]));
} finally {
  await server.remove();
}

/** Processor time of the server and its processes so far, of those that have ended too. */
async function serverSeconds(): Promise<number> {
  const own = (await processTable()).filter(({ pid, parent }) => pid === server.pid || parent === server.pid);
  const ticks = own.map(({ pid }) => {
    // Behind the name, which may hold anything: user and system time are fields 14 and 15, those of children 16 and 17.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ")
      .slice(11, 15);
    return fields.reduce((sum, field) => sum + Number(field), 0);
  });
  return ticks.reduce((sum, one) => sum + one, 0) / 100;
}
