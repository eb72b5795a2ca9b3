import { expect } from "vitest";

import { claim, leaseOf, lose, newTrial, type StorageLaw } from "./storage-fixture.ts";
import { resultFixture, studyFixture } from "./study-fixture.ts";

const paused = {
  state: "paused",
  objectiveValue: 0.5,
  otherValues: [1, null],
  violations: [-0.25],
  result: resultFixture,
  reason: { kind: "scheduler", message: "rung 0", facts: { rung: 0 } },
} as const;

/** The laws of what a search needs beside its trials' ends; part of `storageContract`. */
export function searchLaws(law: StorageLaw): void {
  law(
    "pausing: a paused trial goes on where it is claimed, and nobody takes it twice",
    async ({ storage }, id) => {
      const trial = (await storage.createTrial(id, newTrial(0), claim))!;
      expect(await storage.claimPaused(id, 0, claim)).toBeNull();
      await storage.finishAttempt(leaseOf(trial), paused, { now: 1010 });
      const kept = {
        objectiveValue: 0.5,
        otherValues: [1, null],
        violations: [-0.25],
        result: resultFixture,
      };
      expect(await storage.getTrial(id, 0)).toMatchObject({
        ...kept,
        state: "paused",
        reason: paused.reason,
      });
      expect(await storage.claimWaiting(id, claim)).toBeNull();
      const resumed = (await storage.claimPaused(id, 0, { ...claim, worker: "other" }))!;
      expect(resumed).toMatchObject({ ...kept, state: "running", attempt: 2, worker: "other", reason: null });
      expect(await storage.claimPaused(id, 0, claim)).toBeNull();
      await storage.finishAttempt(leaseOf(resumed), { state: "waiting", reason: null }, { now: 1020 });
      expect(await storage.getTrial(id, 0)).toMatchObject({ ...kept, state: "waiting" });
    },
  );

  law(
    "pausing: a paused trial can be ended for good, with what was measured of it",
    async ({ storage }, id) => {
      const trial = (await storage.createTrial(id, newTrial(0), claim))!;
      const end = { reason: { kind: "scheduler", message: "the study has ended" }, now: 1100 } as const;
      expect(await storage.stopPaused(id, 0, end)).toBeNull();
      await storage.finishAttempt(leaseOf(trial), paused, { now: 1010 });
      expect(await storage.stopPaused(id, 0, end)).toMatchObject({
        state: "stopped",
        objectiveValue: 0.5,
        result: resultFixture,
        finishedAt: 1100,
        reason: end.reason,
      });
      expect(await storage.stopPaused(id, 0, end)).toBeNull();
    },
  );

  law("enqueueing: a trial waits, never claimed, and takes its number", async ({ storage }, id) => {
    const waiting = (await storage.enqueueTrial(id, newTrial(0), 1000))!;
    expect(waiting).toMatchObject({ ...newTrial(0), state: "waiting", attempt: 0, startedAt: null });
    expect(await storage.enqueueTrial(id, newTrial(0), 1000)).toBeNull();
    expect(await storage.createTrial(id, newTrial(0), claim)).toBeNull();
    expect(await storage.claimWaiting(id, claim)).toMatchObject({ number: 0, attempt: 1 });
    expect(await storage.listAttempts(waiting.id)).toHaveLength(1);
  });

  law(
    "revisions: each change of a trial is seen by whoever asks for what is newer",
    async ({ storage }, id) => {
      const seen = async (revision: number) =>
        (await storage.listTrialsSince(id, revision)).map(({ number, state }) => `${number} ${state}`);
      const first = (await storage.createTrial(id, newTrial(0), claim))!;
      const second = (await storage.createTrial(id, newTrial(1), claim))!;
      expect(first.revision).toBeLessThan(second.revision);
      expect(await seen(0)).toEqual(["0 running", "1 running"]);
      expect(await seen(first.revision)).toEqual(["1 running"]);
      await storage.renewLease(leaseOf(first), 9000);
      expect(await seen(second.revision)).toEqual([]);
      await storage.finishAttempt(leaseOf(first), paused, { now: 1010 });
      expect(await seen(second.revision)).toEqual(["0 paused"]);
      const { revision } = await storage.getTrial(id, 0);
      await lose(storage, id, 1, 9999);
      expect(await seen(revision)).toEqual(["1 waiting"]);
      const other = await storage.createStudy(studyFixture({ name: "other" }), 0);
      const apart = (await storage.createTrial(other.id, newTrial(0), claim))!;
      expect(await storage.listTrialsSince(other.id, 0)).toEqual([apart]);
    },
  );

  law(
    "versions: a definition is replaced only by whoever knows the current one, and all are kept",
    async (store, id) => {
      const { storage } = store;
      const original = studyFixture();
      const larger = studyFixture({ maxTrials: 9 });
      const first = { version: 1, definition: original, createdAt: 900, note: "" };
      expect(await storage.listVersions(id)).toEqual([first]);
      const revised = await storage.reviseStudy(id, {
        definition: larger,
        version: 1,
        note: "more",
        now: 1000,
      });
      expect(revised).toMatchObject({ id, definition: larger, version: 2, createdAt: 900 });
      const stale = { definition: original, version: 1, note: "late", now: 1100 };
      expect(await storage.reviseStudy(id, stale)).toBeNull();
      expect(await storage.getStudy("fixture")).toEqual(revised);
      expect(await storage.listVersions(id)).toEqual([
        first,
        { version: 2, definition: larger, createdAt: 1000, note: "more" },
      ]);
    },
  );

  law("versions: why a study ended is remembered until it is revised", async ({ storage }, id) => {
    const end = { rule: "target", message: "0.9 was reached", endedAt: 1000 };
    expect(await storage.endStudy(id, { end, version: 1, now: 1000 })).toBe(true);
    expect(await storage.endStudy(id, { end: { ...end, rule: "late" }, version: 1, now: 1010 })).toBe(false);
    expect((await storage.getStudy("fixture")).ended).toEqual(end);
    const revision = { definition: studyFixture({ maxTrials: 9 }), version: 1, note: "more", now: 1100 };
    expect(await storage.reviseStudy(id, revision)).toMatchObject({ version: 2, ended: null });
    // Whoever found the end in the old definition comes too late.
    expect(await storage.endStudy(id, { end, version: 1, now: 1200 })).toBe(false);
    expect((await storage.getStudy("fixture")).ended).toBeNull();
  });

  law("budget: there are never more trials than the definition allows", async ({ storage }, id) => {
    for (let number = 0; number < 4; number++) await storage.createTrial(id, newTrial(number), claim);
    const fewer = { definition: studyFixture({ maxTrials: 3 }), version: 1, note: "", now: 1000 };
    expect(await storage.reviseStudy(id, fewer)).toBeNull();
    const exact = { ...fewer, definition: studyFixture({ maxTrials: 4 }) };
    expect(await storage.reviseStudy(id, exact)).toMatchObject({ version: 2 });
    expect(await storage.createTrial(id, newTrial(4), claim)).toBeNull();
    expect(await storage.enqueueTrial(id, newTrial(4), 1000)).toBeNull();
    expect(await storage.countTrials(id)).toBe(4);
  });

  law(
    "budget: a study that has ended gets no trials but those that a person asks for",
    async ({ storage }, id) => {
      await storage.createTrial(id, newTrial(0), claim);
      const end = { rule: "target", message: "0.9 was reached", endedAt: 1000 };
      await storage.endStudy(id, { end, version: 1, now: 1000 });
      expect(await storage.createTrial(id, newTrial(1), claim)).toBeNull();
      expect(await storage.enqueueTrial(id, newTrial(1), 1000)).toBeNull();
      const given = { by: "given", sampler: null, why: null } as const;
      const origin = { ...newTrial(1).origin, ...given };
      expect(await storage.enqueueTrial(id, { ...newTrial(1), origin }, 1000)).not.toBeNull();
      const initial = { ...newTrial(2), origin: { ...newTrial(2).origin, ...given, initial: 0 } };
      expect(await storage.createTrial(id, initial, claim)).toBeNull();
    },
  );
}
