import { expect } from "vitest";

import { claim, leaseOf, newTrial, point, type StorageLaw } from "./storage-fixture.ts";
import { studyFixture } from "./study-fixture.ts";

/** Longer than any change takes to be noticed, so that only one that is missed is waited for. */
const patience = { timeoutMs: 30_000 };

/** The laws of what workers share beside trials: labels, files, who they are, and being woken; part of `storageContract`. */
export function sharingLaws(law: StorageLaw): void {
  law(
    "labels: a waiting or paused trial goes to a worker that has what it asks for",
    async ({ storage }, id) => {
      await storage.enqueueTrial(id, { ...newTrial(0), labels: ["gpu", "big"] }, 1000);
      await storage.enqueueTrial(id, { ...newTrial(1), labels: ["gpu"] }, 1000);
      await storage.enqueueTrial(id, newTrial(2), 1000);
      const gpu = { ...claim, labels: ["gpu"] };
      expect(await storage.claimWaiting(id, gpu)).toMatchObject({ number: 1, labels: ["gpu"] });
      expect(await storage.claimWaiting(id, claim)).toMatchObject({ number: 2, labels: [] });
      expect(await storage.claimWaiting(id, gpu)).toBeNull();
      const all = { ...claim, labels: ["small", "big", "gpu"] };
      const trial = (await storage.claimWaiting(id, all))!;
      expect(trial).toMatchObject({ number: 0, labels: ["gpu", "big"] });
      const reason = { kind: "scheduler", message: "rung 0" } as const;
      await storage.finishAttempt(
        leaseOf(trial),
        { state: "paused", objectiveValue: null, result: null, reason },
        { now: 1010 },
      );
      expect(await storage.claimPaused(id, 0, gpu)).toBeNull();
      expect(await storage.claimPaused(id, 0, all)).toMatchObject({ number: 0, attempt: 2 });
    },
  );

  law(
    "files: the last bytes of each name come back, and studies keep theirs apart",
    async ({ storage }, id) => {
      const other = await storage.createStudy(studyFixture({ name: "other" }), 0);
      const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => (index * 7) % 256);
      expect(await storage.readFile(id, "checkpoints/3")).toBeUndefined();
      await storage.writeFile(id, "checkpoints/3", { bytes: new Uint8Array([1]), now: 1 });
      await storage.writeFile(id, "checkpoints/3", { bytes, now: 2 });
      await storage.writeFile(id, "checkpoints/10", { bytes: new Uint8Array(), now: 3 });
      await storage.writeFile(id, "weights/3", { bytes: new Uint8Array([9]), now: 4 });
      await storage.writeFile(other.id, "checkpoints/3", { bytes: new Uint8Array([5]), now: 5 });
      expect(await storage.readFile(id, "checkpoints/3")).toEqual(bytes);
      expect(await storage.readFile(id, "checkpoints/10")).toEqual(new Uint8Array());
      expect(await storage.listFiles(id, "checkpoints")).toEqual([
        { name: "checkpoints/10", sizeBytes: 0, writtenAt: 3 },
        { name: "checkpoints/3", sizeBytes: 70_000, writtenAt: 2 },
      ]);
      expect(await storage.listFiles(id, "check")).toEqual([]);
      for (let time = 0; time < 2; time++) await storage.removeFile(id, "checkpoints/3");
      expect(await storage.readFile(id, "checkpoints/3")).toBeUndefined();
      expect(await storage.readFile(other.id, "checkpoints/3")).toEqual(new Uint8Array([5]));
    },
  );

  law("files: a name that is no kind and name is refused", async ({ storage }, id) => {
    for (const name of [
      "checkpoints",
      "/3",
      "checkpoints/",
      "checkpoints/../3",
      "checkpoints/a/b",
      "Check/3",
    ]) {
      const write = storage.writeFile(id, name as `${string}/${string}`, { bytes: new Uint8Array(), now: 0 });
      await expect(write).rejects.toThrow(expect.objectContaining({ code: "INVALID_USAGE" }));
    }
  });

  law("workers: each is known by what it last said, and stays asked to go", async ({ storage }) => {
    const worker = { name: "b:2:1", version: "1.0.0", labels: ["gpu"], startedAt: 1, seenAt: 1 };
    const plain = { name: "a:1:1", version: "1.0.0", labels: [], startedAt: 2, seenAt: 2 };
    expect(await storage.registerWorker(worker)).toEqual({ ...worker, drainRequested: false });
    await storage.registerWorker(plain);
    expect(await storage.requestDrain("c")).toBe(false);
    expect(await storage.requestDrain(worker.name)).toBe(true);
    const later = { ...worker, labels: [], seenAt: 9 };
    expect(await storage.registerWorker(later)).toEqual({ ...later, drainRequested: true });
    expect(await storage.listWorkers()).toEqual([
      { ...plain, drainRequested: false },
      { ...later, drainRequested: true },
    ]);
    for (let time = 0; time < 2; time++) await storage.removeWorker(worker.name);
    expect((await storage.listWorkers()).map(({ name }) => name)).toEqual([plain.name]);
  });

  law(
    "wake-up: whoever waits is woken by the next change, also by one before it waits",
    async ({ storage }, id) => {
      let mark = await storage.changeMark();
      const waiting = storage.waitForChange(mark, patience);
      const trial = (await storage.createTrial(id, newTrial(0), claim))!;
      await waiting;
      mark = await storage.changeMark();
      await storage.finishAttempt(leaseOf(trial), { state: "waiting", reason: null }, { now: 1010 });
      await storage.waitForChange(mark, patience);
      mark = await storage.changeMark();
      await storage.createStudy(studyFixture({ name: "other" }), 0);
      await storage.waitForChange(mark, patience);
    },
  );

  law("wake-up: a wait ends with its time, and when it is broken off", async ({ storage }, id) => {
    const trial = (await storage.createTrial(id, newTrial(0), claim))!;
    const mark = await storage.changeMark();
    await storage.appendObservations(leaseOf(trial), [point(1, 1)], 1010);
    await storage.waitForChange(mark, { timeoutMs: 1 });
    const stop = new AbortController();
    const waiting = storage.waitForChange(mark, { ...patience, signal: stop.signal });
    stop.abort();
    await waiting;
    await storage.waitForChange(mark, { ...patience, signal: stop.signal });
  });
}
