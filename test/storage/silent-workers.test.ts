/** Workers that fall silent, for good or for a while, and whoever takes their trials over. */
import { setImmediate as turn } from "node:timers/promises";

import { describe, expect, it } from "vitest";

import { systemClock } from "../../src/base/index.ts";
import { openStorage, type Storage } from "../../src/search/storage/index.ts";
import { Study } from "../../src/search/study/index.ts";
import { describePostgres } from "../../src/testing/describe-postgres.ts";
import { temporaryFolder } from "../../src/testing/temporary-folder.ts";
import { createAcknowledgedStudy } from "./acknowledged-study.ts";
import { acknowledgedStudy, reportedMetric } from "./acknowledgement.ts";
import { nextMessage, startProgram } from "./programs/start-program.ts";

/** Short, because it is waited for. */
const leaseMs = 500;

async function openStudy(url: string, create: number): Promise<{ storage: Storage; study: Study }> {
  await createAcknowledgedStudy(url, create);
  const storage = await openStorage(url);
  const study = await Study.open({ storage, clock: systemClock, name: acknowledgedStudy, leaseMs });
  return { storage, study };
}

function handsOver(createStore: () => Promise<string>): void {
  it("a worker that is stopped and wakes after its trial has passed on changes nothing, whatever it writes", async () => {
    const url = await createStore();
    const { storage, study } = await openStudy(url, 1);
    const sleeper = startProgram("wake-too-late", [url, "sleeper", String(leaseMs)]);
    expect(await nextMessage(sleeper)).toBe("reported");
    sleeper.kill("SIGSTOP");
    while ((await study.watchLeases("watcher")).length === 0) await turn();
    const taken = (await study.claim("heir", { leaseMs: 3_600_000 }))!;
    expect(taken).toMatchObject({ number: 0, attempt: 2, worker: "heir" });
    const lease = { trialId: taken.id, attempt: 2 };
    await study.report(lease, [{ metric: reportedMetric, step: 1, time: 0, value: 5 }]);
    const see = async () => ({
      trials: await storage.listTrials(study.record.id),
      attempts: await storage.listAttempts(taken.id),
      observations: await storage.listObservations(taken.id),
      series: await storage.listSeries(study.record.id),
    });
    const before = await see();
    const events = (await storage.listEvents(study.record.id)).length;

    sleeper.send("wake");
    sleeper.kill("SIGCONT");
    const answers = (await nextMessage(sleeper)) as Record<string, string>;
    expect(new Set(Object.values(answers))).toEqual(new Set(["LEASE_LOST"]));
    expect(Object.keys(answers)).toHaveLength(7);
    expect(await see()).toEqual(before);
    const refused = { kind: "write-refused", number: 0, attempt: 1, worker: "sleeper" };
    expect((await storage.listEvents(study.record.id)).slice(events)).toMatchObject([
      { ...refused, write: "observations", observations: 1 },
      { ...refused, write: "ending", observations: 1 },
      ...["stop", "pause", "fail", "handBack"].map(() => ({ ...refused, write: "ending", observations: 0 })),
    ]);
    await storage.close();
  });

  it("of many that look for silent workers at once, one takes each trial", async () => {
    const url = await createStore();
    const count = 12;
    const { storage, study } = await openStudy(url, count);
    for (let number = 0; number < count; number++) await study.claim(`dead-${number}`);
    const watchers = ["a", "b", "c", "d"].map((name) => startProgram("watch-leases", [url, name]));
    await Promise.all(watchers.map(nextMessage));
    for (const watcher of watchers) watcher.send("go");
    while ((await study.progress()).waiting < count) await turn();
    for (const watcher of watchers) watcher.send("enough");
    const taken = ((await Promise.all(watchers.map(nextMessage))) as number[][]).flat();
    const all = Array.from({ length: count }, (_, number) => number);
    expect(taken.toSorted((a, b) => a - b)).toEqual(all);
    const lost = (await storage.listEvents(study.record.id)).filter(({ kind }) => kind === "trial-waiting");
    expect(lost).toHaveLength(count);
    await storage.close();
  });
}

describe("silent workers on SQLite", () => {
  handsOver(async () => temporaryFolder());
});

describePostgres("silent workers on PostgreSQL", (server) => handsOver(() => server.createDatabase()));
