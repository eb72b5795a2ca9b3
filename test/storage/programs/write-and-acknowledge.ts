/** Runs trials for ever, each from its last stored step, and acknowledges every write once it resolved. */
import { systemClock } from "../../../src/base/index.ts";
import { openStorage } from "../../../src/search/storage/index.ts";
import { Study } from "../../../src/search/study/index.ts";
import { resultFixture } from "../../../src/testing/study-fixture.ts";

const [folder, worker] = process.argv.slice(2) as [string, string];
const stepsPerTrial = 7;

const storage = await openStorage(folder);
const study = await Study.open({ storage, clock: systemClock, name: "fixture" });
for (let trial = await study.claim(worker); trial !== null; trial = await study.claim(worker)) {
  const { number, id, attempt } = trial;
  process.send!({ number, attempt });
  const known = await storage.listObservations(id);
  for (let step = known.length + 1; step <= stepsPerTrial; step++) {
    const value = number * 1000 + step;
    await study.report({ trialId: id, attempt }, [{ metric: "validation/accuracy", step, time: 0, value }]);
    process.send!({ number, attempt, step, value });
    // The messages leave the process only when the event loop turns.
    await new Promise((resolve) => setImmediate(resolve));
  }
  await study.complete({ trialId: id, attempt }, { result: resultFixture });
  process.send!({ number, attempt, isCompleted: true });
}
