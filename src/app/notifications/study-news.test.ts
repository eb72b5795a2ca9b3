import { expect, it } from "vitest";

import { MemoryStorage } from "../../search/storage/index.ts";
import { Study } from "../../search/study/index.ts";
import { SimulatedClock } from "../../testing/simulated-clock.ts";
import { resultFixture, studyFixture } from "../../testing/study-fixture.ts";
import { knownStateOf, nothingKnown, StudyNews, type KnownState } from "./study-news.ts";

async function newStudy() {
  const storage = new MemoryStorage();
  const definition = studyFixture({ name: "s", maxTrials: 4 });
  const study = await Study.create({ storage, clock: new SimulatedClock(), definition });
  return { storage, study };
}

async function run(study: Study, value: number | "failed"): Promise<void> {
  const { id, attempt } = (await study.claim("w"))!;
  const lease = { trialId: id, attempt };
  if (value === "failed") return study.fail(lease, { reason: { kind: "error", message: "no luck." } });
  const observations = [{ metric: "validation/accuracy", step: 1, time: 0, value }];
  await study.complete(lease, { result: resultFixture, observations });
}

async function newsOf(
  { storage }: Awaited<ReturnType<typeof newStudy>>,
  known: KnownState,
): Promise<string[]> {
  // Another process's view: it has seen nothing of what happened here.
  const other = await Study.open({ storage, name: "s" });
  const texts: string[] = [];
  for await (const notice of new StudyNews(other, storage, known).follow(AbortSignal.abort())) {
    texts.push(`${notice.sequence} ${notice.event}: ${notice.text}`);
  }
  return texts;
}

it("tells of failures, of the best and of the end, from the log alone", async () => {
  const opened = await newStudy();
  await run(opened.study, 0.5);
  await run(opened.study, "failed");
  expect(await newsOf(opened, nothingKnown)).toEqual([
    "7 failed: study s: trial 1 failed: no luck.",
    "7 best: study s: trial 0 is the best so far, validation/accuracy 0.5",
  ]);
  const known = await knownStateOf(opened.study, opened.storage);
  await run(opened.study, 0.4);
  expect(await newsOf(opened, known)).toEqual([]);
  await run(opened.study, 0.75);
  expect(await newsOf(opened, known)).toEqual([
    "13 best: study s: trial 3 is the best so far, validation/accuracy 0.75",
    "13 finished: study s: finished with 3 completed, 1 failed trials; the best is trial 3, validation/accuracy 0.75",
  ]);
});

it("tells no old news, and of an end once more after the study was extended", async () => {
  const opened = await newStudy();
  for (const value of [0.5, 0.6, "failed", 0.1] as const) await run(opened.study, value);
  const known = await knownStateOf(opened.study, opened.storage);
  expect(known).toMatchObject({ best: 1, isFinished: true });
  expect(await newsOf(opened, known)).toEqual([]);
  await opened.study.revise({ maxTrials: 5 }, "more");
  await run(opened.study, 0.2);
  expect(await newsOf(opened, known)).toEqual([
    expect.stringMatching(/^\d+ finished: study s: finished with 4 completed, 1 failed trials; /),
  ]);
});
