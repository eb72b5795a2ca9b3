import { describe, expect, it } from "vitest";

import { systemClock, type Json } from "../../base/index.ts";
import { loadRuntime } from "../../learning/runtime/index.ts";
import { trainingDocumentSchema } from "../../learning/training/index.ts";
import { MemoryStorage } from "../../search/storage/index.ts";
import type { TrialRecord, TrialResult } from "../../search/trial/index.ts";
import { SimulatedClock } from "../../testing/simulated-clock.ts";
import { claim, leaseOf, newTrial } from "../../testing/storage-fixture.ts";
import { studyFixture } from "../../testing/study-fixture.ts";
import { SplitCache, trainDocument } from "../worker/index.ts";
import { testTrial, type TestTrialOptions } from "./test-trial.ts";

const runtime = await loadRuntime({ backend: "wasm" });
const elsewhere = await loadRuntime({ backend: "reference" });
const document = trainingDocumentSchema.parse({
  data: { dataset: "digits", train: 200, validation: 100 },
  model: { kind: "mlp", hidden: [8] },
  training: { epochs: 2 },
});
const json = JSON.parse(JSON.stringify(document)) as Json;
const trained = (await trainDocument({ document, runtime, splits: new SplitCache({}) })).finish();
const result: TrialResult = { ...trained, environment: { ...trained.environment } };

/** A study whose one trial is completed with the given result. */
async function completedStudy(recorded: TrialResult = result) {
  const storage = new MemoryStorage();
  const clock = new SimulatedClock(1000);
  const study = await storage.createStudy(studyFixture(), 0);
  const { id } = study;
  const created = (await storage.createTrial(id, { ...newTrial(0), document: json }, claim))!;
  const outcome = { state: "completed", objectiveValue: 0.5, result: recorded } as const;
  await storage.finishAttempt(leaseOf(created), outcome, { now: 10 });
  const options: TestTrialOptions = {
    storage,
    study,
    trial: await storage.getTrial(id, 0),
    runtime,
    clock,
    sources: {},
    purpose: "a test",
  };
  return { storage, id, clock, options };
}

describe("testTrial", () => {
  it("measures the trial's weights on all test examples and records it", async () => {
    const { storage, id, options } = await completedStudy();
    const epochs: number[] = [];
    const opening = await testTrial({ ...options, onEpoch: ({ epoch }) => epochs.push(epoch) });
    expect(opening).toEqual({
      ordinal: 1,
      trialNumber: 0,
      openedAt: 1000,
      purpose: "a test",
      contentHash: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
      examples: 2000,
      metrics: {
        "test/loss": expect.any(Number) as unknown,
        "test/accuracy": expect.any(Number) as unknown,
      },
      result,
    });
    const accuracy = opening!.metrics["test/accuracy"]!;
    expect(accuracy * 2000).toBeCloseTo(Math.round(accuracy * 2000), 6);
    expect(accuracy).toBeGreaterThan(0.1);
    expect(epochs).toEqual([1, 2]);
    expect(await storage.listTestOpenings(id)).toEqual([opening]);
  });

  it("opens nothing a second time, unless it is told to", async () => {
    const { storage, id, clock, options } = await completedStudy();
    const first = await testTrial(options);
    clock.advance(500);
    const epochs: number[] = [];
    expect(await testTrial({ ...options, onEpoch: ({ epoch }) => epochs.push(epoch) })).toBeNull();
    expect(epochs).toEqual([]);
    const again = await testTrial({ ...options, isAgain: true });
    expect(again).toEqual({ ...first, ordinal: 2, openedAt: 1500 });
    expect(await storage.listTestOpenings(id)).toEqual([first, again]);
  });

  it("opens nothing when another process was faster while it trained", async () => {
    const { storage, id, options } = await completedStudy();
    const other = await testTrial({ ...options, purpose: "the faster one" });
    // The first look comes before the other's record.
    let looks = 0;
    const listTestOpenings = async () => ((looks += 1) === 1 ? [] : storage.listTestOpenings(id));
    const slow = Object.assign(Object.create(storage) as MemoryStorage, { listTestOpenings });
    expect(await testTrial({ ...options, storage: slow })).toBeNull();
    expect(looks).toBe(2);
    expect(await storage.listTestOpenings(id)).toEqual([other]);
  });

  it("records every opening of a race in which nobody could know of the others", async () => {
    const { storage, id, options } = await completedStudy();
    const blind = Object.assign(
      { listTestOpenings: async () => [] },
      { recordTestOpening: storage.recordTestOpening.bind(storage) },
    ) as unknown as MemoryStorage;
    const opened = await Promise.all(
      ["a", "b", "c"].map((purpose) => testTrial({ ...options, storage: blind, purpose })),
    );
    const recorded = await storage.listTestOpenings(id);
    expect(recorded.map(({ ordinal }) => ordinal)).toEqual([1, 2, 3]);
    expect(new Set(recorded)).toEqual(new Set(opened));
  });

  it("tests other weights in another place, and the record says so", async () => {
    const { options } = await completedStudy();
    const opening = await testTrial({ ...options, runtime: elsewhere });
    expect(opening!.result.environment).toMatchObject({ backend: "reference" });
    expect(opening!.result.resultHash).not.toBe(result.resultHash);
  });

  it("leaves the split shut when the same place gives another result", async () => {
    const { storage, id, options } = await completedStudy({ ...result, resultHash: "0".repeat(64) });
    await expect(testTrial(options)).rejects.toThrow(
      expect.objectContaining({
        code: "RESULT_DIFFERS",
        message: `trial #0 of \`fixture\`: trained again where it was trained before, it must give the result ${"0".repeat(64)}, got ${result.resultHash}.`,
      }),
    );
    expect(await storage.listTestOpenings(id)).toEqual([]);
  });

  it("leaves the split shut for a trial without a result and for an opening without a purpose", async () => {
    const { storage, id, options } = await completedStudy();
    for (const state of ["waiting", "failed"] as const) {
      const trial: TrialRecord = { ...options.trial, state };
      await expect(testTrial({ ...options, trial })).rejects.toThrow(
        expect.objectContaining({ code: "NO_RESULT", message: expect.stringContaining(state) as unknown }),
      );
    }
    await expect(testTrial({ ...options, purpose: " " })).rejects.toThrow(
      expect.objectContaining({ code: "INVALID_USAGE" }),
    );
    expect(await storage.listTestOpenings(id)).toEqual([]);
  });

  it("can be broken off before anything is opened", async () => {
    const { storage, id, options } = await completedStudy();
    const reason = new Error("enough");
    await expect(
      testTrial({ ...options, clock: systemClock, signal: AbortSignal.abort(reason) }),
    ).rejects.toBe(reason);
    expect(await storage.listTestOpenings(id)).toEqual([]);
  });
});
