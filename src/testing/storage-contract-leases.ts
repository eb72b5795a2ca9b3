import { expect } from "vitest";

import { claim, leaseOf, lose, newTrial, point, type StorageLaw } from "./storage-fixture.ts";
import { resultFixture, studyFixture } from "./study-fixture.ts";

const lost = expect.objectContaining({ code: "LEASE_LOST" });

/** The laws about who may write to a trial, and when; part of `storageContract`. */
export function leaseLaws(law: StorageLaw): void {
  law("fencing: every write of an attempt that lost its trial is refused", async ({ storage }, id) => {
    const stale = leaseOf((await storage.createTrial(id, newTrial(0), claim))!);
    await lose(storage, id, 0, 1100);
    const refuseAll = async () => {
      const before = await storage.getTrial(id, 0);
      await expect(storage.renewLease(stale, 9000)).rejects.toThrow(lost);
      await expect(storage.appendObservations(stale, [point(1, 1)], 9000)).rejects.toThrow(lost);
      const outcome = { state: "completed", objectiveValue: 1, result: resultFixture } as const;
      await expect(
        storage.finishAttempt(stale, outcome, { now: 9000, observations: [point(1, 1)] }),
      ).rejects.toThrow(lost);
      expect(await storage.getTrial(id, 0)).toEqual(before);
      expect(await storage.listObservations(stale.trialId)).toEqual([]);
    };
    await refuseAll();
    const live = (await storage.claimWaiting(id, { ...claim, now: 1200 }))!;
    expect(live.attempt).toBe(2);
    await refuseAll();
    await storage.renewLease(leaseOf(live), 9000);
    expect((await storage.getTrial(id, 0)).leaseExpiresAt).toBe(9100);
  });

  law(
    "uniqueness: a number that is not the next one gives null and changes nothing",
    async ({ storage }, id) => {
      expect(await storage.createTrial(id, newTrial(1), claim)).toBeNull();
      const first = await storage.createTrial(id, newTrial(0), claim);
      expect(await storage.createTrial(id, newTrial(0), { ...claim, worker: "other" })).toBeNull();
      expect(await storage.listTrials(id)).toEqual([first]);
      const other = await storage.createStudy(studyFixture({ name: "other" }), 0);
      expect(await storage.createTrial(other.id, newTrial(0), claim)).not.toBeNull();
    },
  );

  law("ownership: a finished trial never changes again", async ({ storage }, id) => {
    const trial = (await storage.createTrial(id, newTrial(0), claim))!;
    await storage.finishAttempt(
      leaseOf(trial),
      { state: "completed", objectiveValue: 1, result: resultFixture },
      { now: 1010, observations: [point(1, 1)] },
    );
    const finished = await storage.getTrial(id, 0);
    await expect(storage.renewLease(leaseOf(trial), 9000)).rejects.toThrow(lost);
    await expect(storage.appendObservations(leaseOf(trial), [point(2, 1)], 9000)).rejects.toThrow(lost);
    const outcome = { state: "waiting", reason: null } as const;
    await expect(storage.finishAttempt(leaseOf(trial), outcome, { now: 9000 })).rejects.toThrow(lost);
    expect(await storage.listLeases(id)).toEqual([]);
    expect(await storage.releaseWorker(id, claim.worker, 1e9)).toEqual([]);
    expect(await storage.claimWaiting(id, claim)).toBeNull();
    expect(await storage.getTrial(id, 0)).toEqual(finished);
    expect(await storage.listObservations(trial.id)).toEqual([{ ...point(1, 1), attempt: 1 }]);
  });

  law(
    "lease end: a lease is taken away by whoever names it as it stands, and its holder may write until then",
    async ({ storage }, id) => {
      const trial = (await storage.createTrial(id, newTrial(0), claim))!;
      const lease = { trialId: trial.id, attempt: 1, leaseExpiresAt: 1100 };
      const listed = { ...lease, number: 0, worker: claim.worker, leaseMs: claim.leaseMs };
      expect(await storage.listLeases(id)).toEqual([listed]);
      await storage.appendObservations(leaseOf(trial), [point(1, 1)], 1150);
      expect(await storage.loseLease(lease, 9000)).toBeNull();
      await storage.renewLease(leaseOf(trial), 1200);
      expect(await storage.loseLease({ ...lease, leaseExpiresAt: 1250 }, 9000)).toBeNull();
      expect(await storage.loseLease({ ...lease, attempt: 2, leaseExpiresAt: 1300 }, 9000)).toBeNull();
      const reaped = await storage.loseLease({ ...lease, leaseExpiresAt: 1300 }, 5000);
      // The lease ended at 1300; the time until it was noticed is nobody's running time.
      expect(reaped).toMatchObject({ ...newTrial(0), state: "waiting", worker: null, durationMs: 300 });
      expect(reaped!.reason).toMatchObject({ kind: "lost" });
      expect(await storage.getTrial(id, 0)).toEqual(reaped);
      expect(await storage.loseLease({ ...lease, leaseExpiresAt: 1300 }, 5000)).toBeNull();
      expect(await storage.listLeases(id)).toEqual([]);
      expect((await storage.listAttempts(trial.id))[0]).toMatchObject({
        endedAt: 1300,
        outcome: "waiting",
        reason: { kind: "lost" },
      });
    },
  );

  law("lease end: a dead worker's trials, and no others, are put back at once", async ({ storage }, id) => {
    await storage.createTrial(id, newTrial(0), claim);
    await storage.createTrial(id, newTrial(1), { ...claim, worker: "living" });
    const released = await storage.releaseWorker(id, "worker-1", 1020);
    expect(released).toMatchObject([
      { number: 0, state: "waiting", durationMs: 20, reason: { kind: "lost" } },
    ]);
    expect((await storage.getTrial(id, 1)).state).toBe("running");
    expect(await storage.releaseWorker(id, "worker-1", 1020)).toEqual([]);
  });

  law("time: every time in a record is the caller's", async ({ storage }, id) => {
    const trial = (await storage.createTrial(id, newTrial(0), { worker: "w", now: 5, leaseMs: 1 }))!;
    // A clock that was set back ends an attempt no earlier than it began.
    await storage.finishAttempt(
      leaseOf(trial),
      { state: "failed", reason: { kind: "error", message: "" }, result: null },
      { now: 3 },
    );
    const { createdAt, startedAt, finishedAt, durationMs } = await storage.getTrial(id, 0);
    expect([createdAt, startedAt, finishedAt, durationMs]).toEqual([5, 5, 5, 0]);
  });
}
