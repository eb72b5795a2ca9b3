import { expect } from "vitest";

import type { Storage } from "../../src/search/storage/index.ts";
import { Study } from "../../src/search/study/index.ts";
import { SimulatedClock } from "../../src/testing/simulated-clock.ts";
import { openingFixture, resultFixture, studyFixture } from "../../src/testing/study-fixture.ts";

/** A store that tools/write-schema-files.ts made, with whatever version, has every record, and its study goes on. */
export async function expectKept(storage: Storage, kept: { readonly openings: number }): Promise<void> {
  const start = 1_700_000_000_000;
  const clock = new SimulatedClock(start + 5000);
  const study = await Study.open({ storage, clock, name: "kept" });
  expect(study.record.definition).toEqual(studyFixture({ name: "kept", maxTrials: 6 }));
  const trials = await storage.listTrials(study.record.id);
  expect(trials.map(({ state }) => state)).toEqual(["completed", "stopped", "failed", "waiting", "running"]);
  expect(trials[0]).toMatchObject({
    seed: "16584239269961571584",
    objectiveValue: 0.75,
    result: resultFixture,
    createdAt: start,
    durationMs: 1000,
  });
  expect(trials[2]!.reason).toEqual({ kind: "diverged", message: "loss is NaN at step 1" });
  expect(await storage.listObservations(trials[0]!.id, "train/loss")).toEqual([
    { metric: "train/loss", step: 1, attempt: 1, time: start + 1000, value: Number.NaN },
    { metric: "train/loss", step: 2, attempt: 1, time: start + 1000, value: Number.POSITIVE_INFINITY },
  ]);
  expect(await storage.listSeries(study.record.id)).toHaveLength(10);
  const openings = await storage.listTestOpenings(study.record.id);
  expect(openings).toEqual([{ ...openingFixture(), ordinal: 1 }].slice(0, kept.openings));
  expect(await storage.recordTestOpening(study.record.id, openingFixture())).toMatchObject({
    ordinal: openings.length + 1,
  });
  const taken = (await study.claim("new"))!;
  expect(taken).toMatchObject({ number: 3, attempt: 2, parameters: trials[3]!.parameters });
  expect(taken.revision).toBeGreaterThan(Math.max(...trials.map(({ revision }) => revision)));
  await study.complete({ trialId: taken.id, attempt: 2 }, { result: resultFixture });
  expect(await study.progress()).toMatchObject({ completed: 2, remaining: 2 });
}
