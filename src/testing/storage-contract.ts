import { describe, expect, it, onTestFinished } from "vitest";

import { leaseLaws } from "./storage-contract-leases.ts";
import { logLaws } from "./storage-contract-log.ts";
import { openingLaws } from "./storage-contract-openings.ts";
import { searchLaws } from "./storage-contract-search.ts";
import { sharingLaws } from "./storage-contract-sharing.ts";
import {
  claim,
  leaseOf,
  newTrial,
  point,
  type StorageLaw,
  type StorageUnderTest,
} from "./storage-fixture.ts";
import { resultFixture, studyFixture } from "./study-fixture.ts";

export type { StorageUnderTest };

export interface StorageContractOptions {
  /** An empty store. */
  create(): Promise<StorageUnderTest>;
  /** Laws that the implementation does not keep, each with its reason. */
  readonly skip?: readonly { readonly test: string; readonly reason: string }[];
}

/** The laws of `Storage`, one test each, to be called inside a test file of every implementation. */
export function storageContract(options: StorageContractOptions): void {
  const law: StorageLaw = (name, check) => {
    const skipped = options.skip?.find(({ test }) => test === name);
    if (skipped !== undefined) {
      it.skip(`${name} (${skipped.reason})`, () => undefined);
      return;
    }
    it(name, async () => {
      const store = await options.create();
      onTestFinished(() => store.storage.close());
      const { id } = await store.storage.createStudy(studyFixture(), 900);
      await check(store, id);
    });
  };

  describe("storage contract", () => {
    law("records: studies come back as they were defined", async ({ storage }, id) => {
      const second = await storage.createStudy(studyFixture({ name: "second" }), 950);
      expect(second).toEqual({
        id: second.id,
        definition: studyFixture({ name: "second" }),
        createdAt: 950,
        stopRequested: false,
        version: 1,
        ended: null,
      });
      expect(await storage.getStudy("second")).toEqual(second);
      await storage.setStopRequested(id, true, 950);
      expect(
        (await storage.listStudies()).map((study) => [study.definition.name, study.stopRequested]),
      ).toEqual([
        ["fixture", true],
        ["second", false],
      ]);
    });

    law("records: what is missing or taken is refused by name", async ({ storage }, id) => {
      await expect(storage.createStudy(studyFixture(), 0)).rejects.toThrow(
        expect.objectContaining({ code: "STUDY_EXISTS" }),
      );
      await expect(storage.getStudy("fixtrue")).rejects.toThrow(
        expect.objectContaining({
          code: "STUDY_NOT_FOUND",
          message: expect.stringContaining("did you mean `fixture`?"),
        }),
      );
      await expect(storage.getTrial(id, 0)).rejects.toThrow(
        expect.objectContaining({ code: "TRIAL_NOT_FOUND" }),
      );
      await storage.createTrial(id, newTrial(0), claim);
      await expect(storage.getTrial(id, 7)).rejects.toThrow(/trials 0 to 0/);
    });

    law("records: a trial keeps what it is through its life", async ({ storage }, id) => {
      const created = (await storage.createTrial(id, newTrial(0), claim))!;
      expect(created).toEqual({
        ...newTrial(0),
        id: created.id,
        studyId: id,
        state: "running",
        attempt: 1,
        worker: "worker-1",
        leaseExpiresAt: 1100,
        leaseMs: 100,
        createdAt: 1000,
        startedAt: 1000,
        finishedAt: null,
        durationMs: 0,
        objectiveValue: null,
        otherValues: [],
        violations: [],
        revision: expect.any(Number),
        result: null,
        reason: null,
      });
      await storage.finishAttempt(leaseOf(created), { state: "waiting", reason: null }, { now: 1030 });
      const again = (await storage.claimWaiting(id, { worker: "worker-2", now: 2000, leaseMs: 50 }))!;
      expect(again).toMatchObject({
        ...newTrial(0),
        attempt: 2,
        startedAt: 1000,
        durationMs: 30,
        leaseExpiresAt: 2050,
      });
      const outcome = { state: "completed", objectiveValue: 0.5, result: resultFixture } as const;
      await storage.finishAttempt(leaseOf(again), outcome, { now: 2070 });
      expect(await storage.getTrial(id, 0)).toEqual({
        ...created,
        revision: expect.any(Number),
        state: "completed",
        attempt: 2,
        worker: null,
        leaseExpiresAt: null,
        leaseMs: null,
        finishedAt: 2070,
        durationMs: 100,
        objectiveValue: 0.5,
        result: resultFixture,
      });
      expect(await storage.listAttempts(created.id)).toEqual([
        {
          trialId: created.id,
          attempt: 1,
          worker: "worker-1",
          startedAt: 1000,
          endedAt: 1030,
          outcome: "waiting",
          reason: null,
        },
        {
          trialId: created.id,
          attempt: 2,
          worker: "worker-2",
          startedAt: 2000,
          endedAt: 2070,
          outcome: "completed",
          reason: null,
        },
      ]);
    });

    law("records: stopped and failed trials carry their reason", async ({ storage }, id) => {
      const reason = { kind: "diverged", message: "loss is NaN at step 3", facts: { step: 3 } } as const;
      const rung = { kind: "scheduler", message: "rung 1: rank 7 of 12" } as const;
      const failed = (await storage.createTrial(id, newTrial(0), claim))!;
      const stopped = (await storage.createTrial(id, newTrial(1), claim))!;
      await storage.finishAttempt(leaseOf(failed), { state: "failed", reason, result: null }, { now: 1001 });
      const outcome = {
        state: "stopped",
        reason: rung,
        result: resultFixture,
        objectiveValue: 0.25,
      } as const;
      await storage.finishAttempt(leaseOf(stopped), outcome, { now: 1002 });
      expect(await storage.getTrial(id, 0)).toMatchObject({ state: "failed", reason, result: null });
      expect(await storage.getTrial(id, 1)).toMatchObject(outcome);
      expect((await storage.listAttempts(failed.id))[0]).toMatchObject({ outcome: "failed", reason });
    });

    law("records: counts follow the trials", async ({ storage }, id) => {
      expect(await storage.countTrials(id)).toBe(0);
      for (const number of [0, 1, 2, 3]) await storage.createTrial(id, newTrial(number), claim);
      const [first, second, third] = await storage.listTrials(id);
      const completed = { state: "completed", result: resultFixture } as const;
      await storage.finishAttempt(leaseOf(first!), { ...completed, objectiveValue: 0.5 }, { now: 1001 });
      await storage.finishAttempt(
        leaseOf(second!),
        { ...completed, objectiveValue: Number.NaN },
        { now: 1001 },
      );
      await storage.finishAttempt(leaseOf(third!), { state: "waiting", reason: null }, { now: 1001 });
      expect(await storage.countTrials(id)).toBe(4);
      expect(await storage.countByState(id)).toEqual({
        waiting: 1,
        running: 1,
        paused: 0,
        completed: 2,
        stopped: 0,
        failed: 0,
      });
      expect((await storage.getTrial(id, 1)).objectiveValue).toBeNull();
    });

    law("atomicity: a refused write changes nothing, not even the lease", async ({ storage }, id) => {
      const trial = (await storage.createTrial(id, newTrial(0), claim))!;
      const batch = [point(1, 0.5), { ...point(2, 0.5), step: 0.5 }];
      const refused = expect.objectContaining({ code: "INVALID_USAGE" });
      await expect(storage.appendObservations(leaseOf(trial), batch, 5000)).rejects.toThrow(refused);
      const outcome = { state: "waiting", reason: null } as const;
      await expect(
        storage.finishAttempt(leaseOf(trial), outcome, {
          now: 1,
          observations: [{ ...point(1, 0), metric: "" }],
        }),
      ).rejects.toThrow(refused);
      expect(await storage.getTrial(id, 0)).toEqual(trial);
      expect(await storage.listObservations(trial.id)).toEqual([]);
      expect(await storage.listSeries(id)).toEqual([]);
    });

    law("durability: everything acknowledged is there for the next connection", async (store, id) => {
      const { storage } = store;
      const trial = (await storage.createTrial(id, newTrial(0), claim))!;
      await storage.appendObservations(leaseOf(trial), [point(1, 0.5)], 1500);
      await storage.close();
      const reopened = await store.reopen!();
      onTestFinished(() => reopened.close());
      expect(await reopened.getTrial(id, 0)).toEqual({ ...trial, leaseExpiresAt: 1600 });
      expect(await reopened.listObservations(trial.id)).toEqual([{ ...point(1, 0.5), attempt: 1 }]);
    });

    law(
      "ordering: the lowest waiting number is handed out first, and lists follow the numbers",
      async ({ storage }, id) => {
        for (const number of [0, 1, 2]) await storage.createTrial(id, newTrial(number), claim);
        const trials = await storage.listTrials(id);
        expect(trials.map(({ number }) => number)).toEqual([0, 1, 2]);
        for (const index of [2, 1]) {
          await storage.finishAttempt(
            leaseOf(trials[index]!),
            { state: "waiting", reason: null },
            { now: 1001 },
          );
        }
        expect((await storage.claimWaiting(id, claim))!.number).toBe(1);
        expect((await storage.claimWaiting(id, claim))!.number).toBe(2);
        expect(await storage.claimWaiting(id, claim)).toBeNull();
        const first = leaseOf(trials[0]!);
        await storage.appendObservations(first, [point(2, 1, "b"), point(1, 2, "b"), point(1, 3, "a")], 2000);
        expect(
          (await storage.listObservations(first.trialId)).map(({ metric, step }) => metric + step),
        ).toEqual(["a1", "b1", "b2"]);
        expect((await storage.listSeries(id)).map(({ metric }) => metric)).toEqual(["a", "b"]);
      },
    );

    law(
      "idempotence: an observation of the same step replaces the earlier one, and the summary follows",
      async ({ storage }, id) => {
        const lease = leaseOf((await storage.createTrial(id, newTrial(0), claim))!);
        const batch = [point(1, 3), point(2, 1), point(3, 2)];
        for (let repeat = 0; repeat < 2; repeat++) await storage.appendObservations(lease, batch, 2000);
        const summary = { trialId: lease.trialId, metric: "validation/loss", count: 3, last: 2, lastStep: 3 };
        expect(await storage.listSeries(id)).toEqual([
          { ...summary, minimum: 1, minimumStep: 2, maximum: 3, maximumStep: 1 },
        ]);
        await storage.appendObservations(lease, [point(2, 5)], 2000);
        expect(await storage.listSeries(id)).toEqual([
          { ...summary, minimum: 2, minimumStep: 3, maximum: 5, maximumStep: 2 },
        ]);
        expect((await storage.listObservations(lease.trialId)).map(({ value }) => value)).toEqual([3, 5, 2]);
      },
    );

    law(
      "succession: a later attempt's observation removes earlier attempts' later steps",
      async ({ storage }, id) => {
        const first = leaseOf((await storage.createTrial(id, newTrial(0), claim))!);
        await storage.appendObservations(
          first,
          [1, 2, 3, 4].map((step) => point(step, step)),
          2000,
        );
        await storage.appendObservations(first, [point(9, 9, "train/loss")], 2000);
        await storage.finishAttempt(first, { state: "waiting", reason: null }, { now: 1050 });
        const second = leaseOf((await storage.claimWaiting(id, claim))!);
        await storage.appendObservations(second, [point(3, 30)], 2000);
        const curve = await storage.listObservations(second.trialId, "validation/loss");
        expect(curve.map(({ step, attempt, value }) => [step, attempt, value])).toEqual([
          [1, 1, 1],
          [2, 1, 2],
          [3, 2, 30],
        ]);
        expect(await storage.listObservations(second.trialId, "train/loss")).toHaveLength(1);
        expect((await storage.listSeries(id))[1]).toMatchObject({
          count: 3,
          lastStep: 3,
          maximum: 30,
          minimum: 1,
        });
      },
    );

    law("fidelity: values that are not finite come back as they are", async ({ storage }, id) => {
      const lease = leaseOf((await storage.createTrial(id, newTrial(0), claim))!);
      const values = [
        Number.NaN,
        Number.POSITIVE_INFINITY,
        Number.NEGATIVE_INFINITY,
        -0,
        5e-324,
        0.1,
        Number.MAX_VALUE,
      ];
      await storage.appendObservations(
        lease,
        values.map((value, index) => point(index + 1, value)),
        2000,
      );
      const stored = (await storage.listObservations(lease.trialId)).map(({ value }) => value);
      expect(stored).toEqual(values.map((value) => value + 0));
      expect((await storage.listSeries(id))[0]).toMatchObject({ minimum: 0, minimumStep: 4, maximumStep: 7 });
      await storage.appendObservations(lease, [point(8, Number.NaN)], 2000);
      expect((await storage.listSeries(id))[0]!.last).toBeNaN();
    });

    leaseLaws(law);
    logLaws(law);
    sharingLaws(law);
    openingLaws(law);
    searchLaws(law);
  });
}
