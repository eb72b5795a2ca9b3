/** Claims and completes trials until none is left, and answers with the numbers that it ran. */
import { systemClock } from "../../../src/base/index.ts";
import { openStorage } from "../../../src/search/storage/index.ts";
import { Study } from "../../../src/search/study/index.ts";
import { resultFixture } from "../../../src/testing/study-fixture.ts";

const [folder, worker] = process.argv.slice(2) as [string, string];

async function runAll(): Promise<void> {
  const storage = await openStorage(folder);
  const study = await Study.open({ storage, clock: systemClock, name: "fixture" });
  const numbers: number[] = [];
  for (let trial = await study.claim(worker); trial !== null; trial = await study.claim(worker)) {
    numbers.push(trial.number);
    const lease = { trialId: trial.id, attempt: trial.attempt };
    const observation = { metric: "validation/accuracy", step: 1, time: 0, value: trial.number };
    await study.report(lease, [observation]);
    await study.complete(lease, { result: resultFixture });
  }
  await storage.close();
  process.send!(numbers, () => process.disconnect());
}

process.once("message", () => void runAll());
process.send!("ready");
