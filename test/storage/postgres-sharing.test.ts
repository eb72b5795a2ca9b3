/** Many at once on one store of PostgreSQL: in one process, where each storage has connections of its own, and as processes. */
import { Client } from "pg";
import { expect, it, onTestFinished, vi } from "vitest";

import { systemClock, TunesmithError } from "../../src/base/index.ts";
import { PostgresStorage } from "../../src/search/storage/index.ts";
import { Study } from "../../src/search/study/index.ts";
import { replayTrials, type StudyId, type TrialRecord } from "../../src/search/trial/index.ts";
import { describePostgres } from "../../src/testing/describe-postgres.ts";
import { claim, leaseOf, lose, newTrial, point } from "../../src/testing/storage-fixture.ts";
import { resultFixture, studyFixture } from "../../src/testing/study-fixture.ts";
import { nextMessage, startProgram } from "./programs/start-program.ts";

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
const completed = { state: "completed", objectiveValue: 0.5, result: resultFixture } as const;

async function open(url: string): Promise<PostgresStorage> {
  const storage = await PostgresStorage.open(url);
  onTestFinished(() => storage.close());
  return storage;
}

/** So many storages on a new store with the study `fixture`. */
async function openMany(url: string, count: number): Promise<{ storages: PostgresStorage[]; id: StudyId }> {
  const storages = await Promise.all(upTo(count).map(() => open(url)));
  const { id } = await storages[0]!.createStudy(studyFixture({ maxTrials: 1000 }), 0);
  return { storages, id };
}

/** The log has no gap, and tells the trials as they are. */
async function expectWholeLog(storage: PostgresStorage, id: StudyId): Promise<void> {
  const events = await storage.listEvents(id);
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
  const replayed = replayTrials(events);
  for (const { number, state, attempt, revision } of await storage.listTrials(id)) {
    expect(replayed.get(number)).toMatchObject({ state, attempt, revision });
  }
}

describePostgres("storages on one database", (server) => {
  it("create each number once, whoever is first", async () => {
    const { storages, id } = await openMany(await server.createDatabase(), 6);
    for (const number of upTo(20)) {
      const created = await Promise.all(
        storages.map((storage, index) =>
          storage.createTrial(id, newTrial(number), { ...claim, worker: `worker-${index}` }),
        ),
      );
      expect(created.filter((trial) => trial !== null)).toHaveLength(1);
    }
    expect(await storages[0]!.countTrials(id)).toBe(20);
    await expectWholeLog(storages[1]!, id);
  });

  it("claim each waiting trial once, and all that they report is there", async () => {
    const { storages, id } = await openMany(await server.createDatabase(), 8);
    const count = 200;
    for (const number of upTo(count)) await storages[0]!.enqueueTrial(id, newTrial(number), 0);
    const taken: number[] = [];
    await Promise.all(
      storages.map(async (storage, index) => {
        for (;;) {
          const trial = await storage.claimWaiting(id, { ...claim, worker: `worker-${index}` });
          if (trial === null) return;
          taken.push(trial.number);
          await storage.appendObservations(leaseOf(trial), [point(1, trial.number), point(1, 1, "b")], 1010);
          await storage.finishAttempt(leaseOf(trial), completed, { now: 1020, observations: [point(2, 0)] });
        }
      }),
    );
    expect(taken.toSorted((a, b) => a - b)).toEqual(upTo(count));
    const series = await storages[0]!.listSeries(id);
    expect(series).toHaveLength(2 * count);
    expect(
      series.filter(({ metric }) => metric !== "b").map(({ count: steps, maximum }) => [steps, maximum]),
    ).toEqual(upTo(count).map((number) => [2, number]));
    expect(await storages[0]!.countByState(id)).toMatchObject({ completed: count, running: 0 });
    await expectWholeLog(storages[0]!, id);
  });

  it("that write for one attempt in turns sum up every observation", async () => {
    const { storages, id } = await openMany(await server.createDatabase(), 3);
    const trial = (await storages[0]!.createTrial(id, newTrial(0), claim))!;
    const steps = upTo(30).map((index) => index + 1);
    await Promise.all(
      steps.map((step) => storages[step % 3]!.appendObservations(leaseOf(trial), [point(step, step)], 1000)),
    );
    expect(await storages[0]!.listSeries(id)).toMatchObject([
      { count: 30, last: 30, minimum: 1, maximum: 30 },
    ]);
    await storages[1]!.finishAttempt(leaseOf(trial), completed, { now: 2000, observations: [point(31, 31)] });
    expect(await storages[0]!.listSeries(id)).toMatchObject([{ count: 31, maximum: 31 }]);
  });

  it("take a silent worker's trial away once, and refuse what it then reports", async () => {
    const { storages, id } = await openMany(await server.createDatabase(), 6);
    const [worker, ...watchers] = storages;
    const trial = (await worker!.createTrial(id, newTrial(0), claim))!;
    await worker!.appendObservations(leaseOf(trial), [point(1, 1)], 1000);
    const lost = await Promise.all(watchers.map((storage) => lose(storage, id, 0, 9000)));
    expect(lost.filter((record) => record !== null)).toHaveLength(1);
    const again = (await watchers[0]!.claimWaiting(id, { ...claim, now: 9000 }))!;
    expect(again.attempt).toBe(2);
    const refused = expect.objectContaining({ code: "LEASE_LOST" });
    await expect(worker!.appendObservations(leaseOf(trial), [point(2, 2)], 9000)).rejects.toThrow(refused);
    await expect(worker!.finishAttempt(leaseOf(trial), completed, { now: 9000 })).rejects.toThrow(refused);
    await expect(worker!.renewLease(leaseOf(trial), 9000)).rejects.toThrow(refused);
    expect(await worker!.listObservations(trial.id)).toHaveLength(1);
    const kinds = (await worker!.listEvents(id)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "write-refused")).toHaveLength(2);
    await expectWholeLog(worker!, id);
  });

  it("release, finish, lose and claim at once without waiting for each other in a circle", async () => {
    const { storages, id } = await openMany(await server.createDatabase(), 4);
    const [workers, releaser, watcher] = [storages.slice(0, 2), storages[2]!, storages[3]!];
    for (const number of upTo(40)) await watcher.enqueueTrial(id, newTrial(number), 0);
    const end = async (trial: TrialRecord, storage: PostgresStorage) => {
      await storage.appendObservations(leaseOf(trial), [point(1, 1)], 1000);
      await storage.finishAttempt(leaseOf(trial), completed, { now: 1010 });
    };
    const work = workers.map(async (storage) => {
      for (;;) {
        const trials = [];
        for (let held = 0; held < 4; held++) {
          const trial = await storage.claimWaiting(id, claim);
          if (trial !== null) trials.push(trial);
        }
        if (trials.length === 0) return;
        for (const ended of await Promise.allSettled(trials.map((trial) => end(trial, storage)))) {
          // What was released meanwhile is refused; nothing else goes wrong.
          if (ended.status === "rejected") expect(ended.reason).toMatchObject({ code: "LEASE_LOST" });
        }
      }
    });
    const disturb = (async () => {
      for (let round = 0; round < 30; round++) {
        await releaser.releaseWorker(id, claim.worker, 2000 + round);
        for (const lease of await watcher.listLeases(id)) await watcher.loseLease(lease, 3000 + round);
      }
    })();
    await Promise.all([...work, disturb]);
    // The last trials may have been taken away after everybody had gone.
    for (;;) {
      const trial = await watcher.claimWaiting(id, claim);
      if (trial === null) break;
      await end(trial, watcher);
    }
    expect(await watcher.countByState(id)).toMatchObject({ completed: 40, running: 0, waiting: 0 });
    await expectWholeLog(watcher, id);
  });

  it("wake each other, and listen again after the server was away", async () => {
    const url = await server.createDatabase();
    const { storages, id } = await openMany(url, 2);
    const [waiting, changing] = storages as [PostgresStorage, PostgresStorage];
    const patience = { timeoutMs: 30_000 };
    let mark = await waiting.changeMark();
    const woken = waiting.waitForChange(mark, patience);
    await changing.enqueueTrial(id, newTrial(0), 0);
    await woken;
    mark = await waiting.changeMark();
    const disturbed = waiting.waitForChange(mark, patience);
    await server.stop("immediate");
    await disturbed;
    await server.start();
    await vi.waitUntil(async () => (await listeners(server.url())) === 1, { timeout: 30_000 });
    mark = await waiting.changeMark();
    const again = waiting.waitForChange(mark, patience);
    await changing.enqueueTrial(id, newTrial(1), 0);
    await again;
  });

  it("listen over one connection, however many wait", async () => {
    const { storages } = await openMany(await server.createDatabase(), 1);
    const warnings: Error[] = [];
    const warned = (warning: Error) => warnings.push(warning);
    process.on("warning", warned);
    onTestFinished(() => void process.off("warning", warned));
    const stop = new AbortController();
    const mark = await storages[0]!.changeMark();
    const waits = upTo(300).map(() => storages[0]!.waitForChange(mark, { timeoutMs: 60_000 }));
    const stopped = storages[0]!.waitForChange(mark, { timeoutMs: 60_000, signal: stop.signal });
    expect(await listeners(server.url())).toBe(1);
    stop.abort();
    await stopped;
    await storages[0]!.createStudy(studyFixture({ name: "other" }), 0);
    await Promise.all(waits);
    expect(warnings).toEqual([]);
  });

  it("have claims and endings on the disk when they are acknowledged", async () => {
    const { storages, id } = await openMany(await server.createDatabase(), 1);
    const [storage] = storages as [PostgresStorage];
    for (const number of upTo(2)) {
      const trial = (await storage.createTrial(id, newTrial(number), claim))!;
      await server.kill();
      await server.start();
      expect(await retried(() => storage.getTrial(id, number))).toEqual(trial);
      await retried(() =>
        storage.finishAttempt(leaseOf(trial), { state: "waiting", reason: null }, { now: 1010 }),
      );
      await server.kill();
      await server.start();
      expect((await retried(() => storage.getTrial(id, number))).state).toBe("waiting");
      const again = (await storage.claimWaiting(id, claim))!;
      await storage.finishAttempt(leaseOf(again), completed, { now: 1020 });
    }
  });

  it("lose nothing that was acknowledged when the server is killed in the middle", async () => {
    const { storages, id } = await openMany(await server.createDatabase(), 4);
    const trials: TrialRecord[] = [];
    for (const [number, storage] of storages.entries()) {
      trials.push((await storage.createTrial(id, newTrial(number), claim))!);
    }
    let killed: Promise<void> | undefined;
    const acknowledged = await Promise.all(
      storages.map(async (storage, number) => {
        const steps: number[] = [];
        const trial = trials[number]!;
        for (let step = 1; ; step++) {
          if (number === 0 && step === 40) killed = server.kill();
          try {
            await storage.appendObservations(leaseOf(trial), [point(step, step)], 1000);
            steps.push(step);
          } catch (error) {
            expect(error).toMatchObject({ code: "STORE_UNUSABLE", isRetryable: true });
            return { trial, steps };
          }
        }
      }),
    );
    await killed;
    await server.start();
    for (const { trial, steps } of acknowledged) {
      const kept = (await storages[0]!.listObservations(trial.id)).map(({ step }) => step);
      // The one that was not answered may be there too.
      expect(kept.slice(0, steps.length)).toEqual(steps);
      expect(kept.length).toBeLessThanOrEqual(steps.length + 1);
      expect(await storages[1]!.getTrial(id, trial.number)).toMatchObject({ state: "running", attempt: 1 });
    }
  });
});

/** The first calls after an outage may meet connections that nobody has told of it. */
async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof TunesmithError && error.isRetryable)) throw error;
    }
  }
}

/** Connections that listen, of the whole server. */
async function listeners(url: string): Promise<number> {
  const client = new Client(url);
  client.on("error", () => undefined);
  await client.connect();
  const { rowCount } = await client.query(
    "SELECT FROM pg_stat_activity WHERE application_name = 'tunesmith (listens)'",
  );
  await client.end();
  return rowCount!;
}

describePostgres("processes on one database", (server) => {
  it("eight that open an empty one at the same moment all succeed", async () => {
    const programs = upTo(8).map(() => startProgram("open-when-told"));
    await Promise.all(programs.map(nextMessage));
    for (let round = 0; round < 3; round++) {
      const url = await server.createDatabase();
      for (const program of programs) program.send(url);
      expect(await Promise.all(programs.map(nextMessage))).toEqual(programs.map(() => "opened"));
      const storage = await open(url);
      expect(await storage.listStudies()).toHaveLength(programs.length);
    }
  });

  it("four workers run every trial once and not one too many", async () => {
    const url = await server.createDatabase();
    const storage = await open(url);
    const maxTrials = 100;
    await Study.create({ storage, clock: systemClock, definition: studyFixture({ maxTrials }) });
    const workers = ["a", "b", "c", "d"].map((name) => startProgram("run-all-trials", [url, name]));
    await Promise.all(workers.map(nextMessage));
    for (const worker of workers) worker.send("go");
    const numbers = ((await Promise.all(workers.map(nextMessage))) as number[][]).flat();
    expect(numbers.toSorted((a, b) => a - b)).toEqual(upTo(maxTrials));
    const { id } = await storage.getStudy("fixture");
    const trials = await storage.listTrials(id);
    expect(trials.map(({ state, attempt, objectiveValue }) => ({ state, attempt, objectiveValue }))).toEqual(
      upTo(maxTrials).map((number) => ({ state: "completed", attempt: 1, objectiveValue: number })),
    );
    await expectWholeLog(storage, id);
  });

  it("wake each other", async () => {
    const url = await server.createDatabase();
    const storage = await open(url);
    await Study.create({ storage, clock: systemClock, definition: studyFixture({ maxTrials: 3 }) });
    const worker = startProgram("run-all-trials", [url, "other"]);
    await nextMessage(worker);
    const woken = storage.waitForChange(await storage.changeMark(), { timeoutMs: 30_000 });
    worker.send("go");
    await woken;
    await nextMessage(worker);
  });
});
