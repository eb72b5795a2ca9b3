/**
 * The body of the programs that are killed: runs trials until the study has no more, which takes longer than any of them lives
 * unless it is small, and acknowledges every write once it resolved.
 */
import { once } from "node:events";
import { flushCompileCache } from "node:module";

import { systemClock } from "../../../src/base/index.ts";
import { openStorage, type Storage } from "../../../src/search/storage/index.ts";
import { Study } from "../../../src/search/study/index.ts";
import { resultFixture } from "../../../src/testing/study-fixture.ts";
import {
  acknowledgedStudy,
  reportedMetric,
  stepsPerTrial,
  valueAt,
  type Acknowledgement,
} from "../acknowledgement.ts";

/** Longer than any test: a slow machine must not take a trial from a living worker. */
const leaseMs = 3_600_000;

/** Says that it is ready, waits for a word, and writes to the store named by the program's first argument. */
export async function writeForEver(
  behind: (storage: Storage) => Storage = (storage) => storage,
): Promise<void> {
  const [url, worker] = process.argv.slice(2) as [string, string];
  // A process that is killed never gets to keep what it compiled.
  flushCompileCache();
  process.send!("ready");
  await once(process, "message");
  const storage = behind(await openStorage(url));
  const study = await Study.open({ storage, clock: systemClock, name: acknowledgedStudy, leaseMs });
  for (let trial = await study.claim(worker); trial !== null; trial = await study.claim(worker)) {
    const { number, id, attempt } = trial;
    const lease = { trialId: id, attempt };
    await acknowledge({ kind: "claimed", number, attempt, worker });
    const known = await storage.listObservations(id);
    for (let step = known.length + 1; step <= stepsPerTrial; step++) {
      const value = valueAt(number, step);
      await study.report(lease, [{ metric: reportedMetric, step, time: 0, value }]);
      await acknowledge({ kind: "reported", number, attempt, step, value });
    }
    await study.complete(lease, { result: resultFixture });
    await acknowledge({ kind: "completed", number, attempt });
  }
  await storage.close();
  process.disconnect();
}

/** The messages leave the process only when the event loop turns. */
async function acknowledge(acknowledgement: Acknowledgement): Promise<void> {
  process.send!(acknowledgement);
  await new Promise((resolve) => setImmediate(resolve));
}
