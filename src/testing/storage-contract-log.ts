import { expect } from "vitest";

import type { Storage } from "../search/storage/index.ts";
import { replayTrials, type EventRecord, type StudyId } from "../search/trial/index.ts";
import { claim, leaseOf, lose, newTrial, point, type StorageLaw } from "./storage-fixture.ts";
import { openingFixture, resultFixture, studyFixture } from "./study-fixture.ts";

/** The trials as the log tells them are the trials as they are; renewals of a lease are not logged. */
async function expectReplay(storage: Storage, studyId: StudyId): Promise<void> {
  const trials = await storage.listTrials(studyId);
  const replayed = replayTrials(await storage.listEvents(studyId));
  expect(replayed.size).toBe(trials.length);
  for (const { id, leaseExpiresAt, ...trial } of trials) {
    const told = replayed.get(trial.number)!;
    expect({ ...told, id, studyId }).toEqual({ ...trial, id, leaseExpiresAt: told.leaseExpiresAt });
    expect(told.leaseExpiresAt === null).toBe(leaseExpiresAt === null);
  }
}

/** The laws of the log; part of `storageContract`. */
export function logLaws(law: StorageLaw): void {
  law(
    "log: every change appends one event, and heartbeats and observations none",
    async ({ storage }, id) => {
      const definition = studyFixture({ maxTrials: 9 });
      const trial = (await storage.createTrial(id, newTrial(0), claim))!;
      await storage.renewLease(leaseOf(trial), 1010);
      await storage.appendObservations(leaseOf(trial), [point(1, 1)], 1020);
      await storage.enqueueTrial(id, newTrial(1), 1030);
      await lose(storage, id, 0, 1040);
      await storage.setStopRequested(id, true, 1050);
      await storage.setStopRequested(id, true, 1051);
      await storage.setStopRequested(id, false, 1060);
      await storage.reviseStudy(id, { definition, version: 1, note: "more", now: 1070 });
      const end = { rule: "target", message: "reached", endedAt: 1080 };
      await storage.endStudy(id, { end, version: 2, now: 1080 });
      await storage.endStudy(id, { end, version: 2, now: 1081 });
      await storage.reviseStudy(id, { definition, version: 2, note: "on", now: 1090 });
      await storage.recordTestOpening(id, openingFixture({ openedAt: 1100 }));
      const events = await storage.listEvents(id);
      expect(events.map(({ kind, time }) => `${time} ${kind}`)).toEqual([
        "900 study-created",
        "1000 trial-created",
        "1000 trial-running",
        "1030 trial-created",
        "1040 trial-waiting",
        "1050 stop-requested",
        "1060 stop-cleared",
        "1070 study-revised",
        "1080 study-ended",
        "1090 study-revised",
        "1090 study-reopened",
        "1100 test-opened",
      ]);
      expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
      expect(events[0]).toMatchObject({ version: 1, definition: studyFixture(), note: "" });
      expect(events[2]).toMatchObject({
        number: 0,
        changes: { state: "running", attempt: 1, worker: "worker-1" },
      });
      expect(events[7]).toMatchObject({ version: 2, definition, note: "more" });
      expect(events[8]).toMatchObject({ end });
      expect(events[11]).toMatchObject({ number: 0, ordinal: 1 });
      const sequences = async (options: { after?: number; limit?: number }): Promise<number[]> =>
        (await storage.listEvents(id, options)).map(({ sequence }: EventRecord) => sequence);
      expect(await sequences({ after: 8 })).toEqual([9, 10, 11, 12]);
      expect(await sequences({ after: 2, limit: 3 })).toEqual([3, 4, 5]);
      const other = await storage.createStudy(studyFixture({ name: "other" }), 0);
      expect(await storage.listEvents(other.id)).toHaveLength(1);
    },
  );

  law(
    "log: the trials follow from their events, and their revisions are those of the last",
    async ({ storage }, id) => {
      const reason = { kind: "diverged", message: "loss is NaN" } as const;
      const [first, second] = [
        (await storage.createTrial(id, newTrial(0), claim))!,
        (await storage.createTrial(id, { ...newTrial(1), labels: ["gpu"] }, claim))!,
      ];
      await expectReplay(storage, id);
      await storage.finishAttempt(
        leaseOf(first),
        {
          state: "completed",
          objectiveValue: 0.5,
          otherValues: [null],
          violations: [1],
          result: resultFixture,
        },
        { now: 1100, observations: [point(1, 1)] },
      );
      await storage.finishAttempt(leaseOf(second), { state: "failed", reason, result: null }, { now: 1200 });
      await expectReplay(storage, id);
      const { revision } = await storage.getTrial(id, 0);
      const event = (await storage.listEvents(id)).find(({ sequence }) => sequence === revision);
      expect(event).toMatchObject({ kind: "trial-completed", number: 0, changes: { objectiveValue: 0.5 } });
    },
  );

  law(
    "log: what an attempt that lost its trial wanted to write is refused and remembered",
    async ({ storage }, id) => {
      const stale = leaseOf((await storage.createTrial(id, newTrial(0), claim))!);
      await lose(storage, id, 0, 1100);
      const before = (await storage.listEvents(id)).length;
      const lost = expect.objectContaining({ code: "LEASE_LOST" });
      const outcome = { state: "completed", objectiveValue: 1, result: resultFixture } as const;
      await expect(storage.renewLease(stale, 1200)).rejects.toThrow(lost);
      await expect(storage.appendObservations(stale, [], 1200)).rejects.toThrow(lost);
      await expect(storage.appendObservations(stale, [point(1, 1), point(2, 1)], 1200)).rejects.toThrow(lost);
      await expect(storage.finishAttempt(stale, outcome, { now: 1300 })).rejects.toThrow(lost);
      // Nobody has had that one.
      await expect(storage.finishAttempt({ ...stale, attempt: 7 }, outcome, { now: 1300 })).rejects.toThrow(
        lost,
      );
      const refused = { kind: "write-refused", number: 0, attempt: 1, worker: claim.worker };
      expect((await storage.listEvents(id)).slice(before)).toMatchObject([
        { ...refused, time: 1200, write: "observations", observations: 2 },
        { ...refused, time: 1300, write: "ending", observations: 0 },
      ]);
      await expectReplay(storage, id);
    },
  );
}
