import { expect, it } from "vitest";

import { MemoryStorage } from "../../../search/storage/index.ts";
import { Study } from "../../../search/study/index.ts";
import type { TrialRecord } from "../../../search/trial/index.ts";
import { SimulatedClock } from "../../../testing/simulated-clock.ts";
import { resultFixture, studyFixture } from "../../../testing/study-fixture.ts";
import { eventLine } from "./event-text.ts";

const leaseOf = ({ id, attempt }: TrialRecord) => ({ trialId: id, attempt });
const point = { metric: "validation/accuracy", step: 1, time: 0, value: 0.75 };

it("tells each event of a study in a line of words", async () => {
  const storage = new MemoryStorage();
  const clock = new SimulatedClock(Date.UTC(2026, 10, 30, 12));
  const study = await Study.create({ storage, clock, definition: studyFixture({ maxTrials: 4 }) });
  const first = (await study.claim("host:1"))!;
  await study.complete(leaseOf(first), { result: resultFixture, observations: [point] });
  const second = (await study.claim("host:1"))!;
  await study.handBack(leaseOf(second));
  const again = (await study.claim("host:2"))!;
  await study.releaseWorker("host:2");
  await expect(study.report(leaseOf(again), [point])).rejects.toThrow("no longer holds the lease");
  await expect(study.complete(leaseOf(again), { result: resultFixture })).rejects.toThrow("lease");
  const third = (await study.claim("host:3"))!;
  await study.fail(leaseOf(third), { reason: { kind: "diverged", message: "the loss was NaN" } });
  const ruling = { action: "stop", rule: "median", step: 1 } as const;
  const fourth = (await study.claim("host:3"))!;
  await study.pause(leaseOf(fourth), { ruling: { ...ruling, action: "pause" } });
  await storage.stopPaused(study.record.id, 2, {
    reason: { kind: "study-ended", message: "no use" },
    now: 1,
  });
  await study.requestStop();
  await study.clearStop();
  const end = { rule: "target", message: "0.9 was reached", endedAt: 1 };
  await storage.endStudy(study.record.id, { end, version: 1, now: clock.now() });
  await study.revise({ maxTrials: 5 }, "one more");

  const versions = new Map((await study.versions()).map(({ version, definition }) => [version, definition]));
  const told = (await study.events()).map((event) => eventLine(event, study.record.definition, versions));
  expect(told[0]).toBe("    1  2026-11-30 12:00:00  the study was created: 4 trials, search random");
  expect(told.map((line) => line.slice(28).replace(/(learningRate) .*/, "$1 ..."))).toEqual([
    "the study was created: 4 trials, search random",
    "trial #0 was created by random: learningRate ...",
    "trial #0 began its attempt 1 on host:1",
    "trial #0 was completed with validation/accuracy 0.75",
    "trial #1 was created by random: learningRate ...",
    "trial #1 began its attempt 1 on host:1",
    "trial #1 was given back, and waits to be taken up again",
    "trial #1 began its attempt 2 on host:2",
    "trial #1 waits to be taken up again: attempt 2: worker `host:2` went away without a word.",
    "trial #1: attempt 2 on host:2 came too late; its report of 1 observation was not taken",
    "trial #1: attempt 2 on host:2 came too late; its end of the trial, with 0 observations, was not taken",
    "trial #1 began its attempt 3 on host:3",
    "trial #1 failed, diverged: the loss was NaN",
    "trial #2 was created by random: learningRate ...",
    "trial #2 began its attempt 1 on host:3",
    expect.stringMatching(/^trial #2 was paused: paused by median at step 1/),
    "trial #2 was stopped: no use",
    "somebody asked its workers to stop",
    "its workers may go on",
    "the study ended early: 0.9 was reached",
    "version 2 of the study: trials: 4 → 5; note: one more",
    "the study goes on",
  ]);
});
