/** A disk that really is full, and one that really is read-only. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { openStorage, type Storage } from "../../src/search/storage/index.ts";
import { Study } from "../../src/search/study/index.ts";
import { SimulatedClock } from "../../src/testing/simulated-clock.ts";
import { resultFixture, studyFixture } from "../../src/testing/study-fixture.ts";
import {
  acknowledgedStudy,
  reportedMetric,
  stepsPerTrial,
  valueAt,
  type Acknowledgement,
} from "./acknowledgement.ts";
import { findViolations } from "./invariants.ts";
import { canMount, MountedDisk } from "./mounted-disk.ts";

const maxTrials = 300;

/** Runs a whole study; a call that fails is made again after `whenRefused`. @returns what the store then tells of it */
async function runStudy(
  storage: Storage,
  whenRefused: (error: unknown, acknowledged: readonly Acknowledgement[]) => Promise<void>,
): Promise<unknown> {
  const acknowledged: Acknowledgement[] = [];
  const insist = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      await whenRefused(error, acknowledged);
      return call();
    }
  };
  const clock = new SimulatedClock(0);
  const definition = studyFixture({ name: acknowledgedStudy, maxTrials });
  const study = await Study.create({ storage, clock, definition });
  for (;;) {
    const trial = await insist(() => study.claim("worker"));
    if (trial === null) break;
    const { number, id, attempt } = trial;
    const lease = { trialId: id, attempt };
    acknowledged.push({ kind: "claimed", number, attempt, worker: "worker" });
    for (let step = 1; step <= stepsPerTrial; step++) {
      const value = valueAt(number, step);
      await insist(() => study.report(lease, [{ metric: reportedMetric, step, time: 0, value }]));
      acknowledged.push({ kind: "reported", number, attempt, step, value });
    }
    await insist(() => study.complete(lease, { result: resultFixture }));
    acknowledged.push({ kind: "completed", number, attempt });
  }
  expect(await findViolations(storage, acknowledged, { isThorough: true })).toEqual([]);
  return {
    trials: await storage.listTrials(study.record.id),
    events: await storage.listEvents(study.record.id),
  };
}

async function refuseNothing(error: unknown): Promise<void> {
  throw error;
}

const full = expect.objectContaining({
  code: "STORE_UNUSABLE",
  isRetryable: true,
  message: expect.stringContaining("the disk must have room, got a full one"),
});

/** Takes all the room that is left, to the last page. */
function fill(folder: string): void {
  for (const sizeBytes of [65_536, 4096]) {
    try {
      for (let index = 0; ; index++) {
        writeFileSync(join(folder, `filler-${sizeBytes}-${index}`), new Uint8Array(sizeBytes));
      }
    } catch (error) {
      expect(error).toMatchObject({ code: "ENOSPC" });
    }
  }
}

describe.skipIf(!canMount())("a disk", () => {
  it("that is full: everything acknowledged is there, and with room again the study ends as any other", async () => {
    const disk = new MountedDisk(12_000_000);
    const store = join(disk.folder, "store");
    const ballast = join(disk.folder, "ballast");
    writeFileSync(ballast, new Uint8Array(9_000_000));
    const storage = await openStorage(store);
    let refusals = 0;
    const disturbed = await runStudy(storage, async (error, acknowledged) => {
      refusals += 1;
      expect(error).toEqual(full);
      expect(acknowledged.length).toBeGreaterThan(100);
      for (const reader of [storage, await openStorage(store)]) {
        expect(await findViolations(reader, acknowledged, { isThorough: true })).toEqual([]);
        if (reader !== storage) await reader.close();
      }
      rmSync(ballast);
    });
    expect(refusals).toBe(1);
    await storage.close();
    const memory = await openStorage("memory:");
    expect(disturbed).toEqual(await runStudy(memory, refuseNothing));
  });

  it("that is full when a store is to be created or opened: a clear refusal, and no harm", async () => {
    const disk = new MountedDisk(1_000_000);
    const store = join(disk.folder, "store");
    const storage = await openStorage(store);
    const study = await storage.createStudy(studyFixture(), 0);
    await storage.close();
    fill(disk.folder);
    await expect(openStorage(store)).rejects.toThrow(full);
    await expect(openStorage(join(disk.folder, "other"))).rejects.toThrow(full);
    rmSync(join(disk.folder, "filler-65536-0"));
    const again = await openStorage(store);
    expect(await again.listStudies()).toEqual([study]);
    await again.close();
  });

  it("that is read-only: a store on it is refused, and none is created", async () => {
    const disk = new MountedDisk(1_000_000);
    const store = join(disk.folder, "store");
    await (await openStorage(store)).close();
    disk.makeReadOnly();
    const refusal = (message: string) =>
      expect.objectContaining({
        code: "STORE_UNUSABLE",
        isRetryable: false,
        message: expect.stringContaining(message),
      });
    await expect(openStorage(store)).rejects.toThrow(
      refusal("the folder and the file must be writable, got no permission or a disk that is read-only"),
    );
    await expect(openStorage(join(disk.folder, "other"))).rejects.toThrow(refusal("got EROFS"));
  });
});
