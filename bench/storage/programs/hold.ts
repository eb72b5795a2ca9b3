/**
 * A worker that takes a trial and renews its lease until it is killed; it tells of each renewal.
 *
 *     node hold.ts store STORE
 *     node hold.ts queue STORE FOLDER-OF-PG-BOSS
 */
import { setTimeout as sleep } from "node:timers/promises";

import { systemClock } from "../../../src/base/index.ts";
import { openStorage } from "../../../src/search/storage/index.ts";
import { Study } from "../../../src/search/study/index.ts";
import { queueName, silentSeconds, startBoss } from "../pg-boss.ts";

const [way, store, folder] = process.argv.slice(2) as ["store" | "queue", string, string?];

/** @returns what renews the lease */
async function take(): Promise<() => Promise<unknown>> {
  if (way === "queue") {
    const boss = await startBoss(folder!, store, 2);
    const [job] = await boss.fetch(queueName, { includeMetadata: true });
    return () => boss.touch(queueName, job!);
  }
  const storage = await openStorage(store, { create: false });
  const study = await Study.open({
    storage,
    clock: systemClock,
    name: "hand-over",
    leaseMs: silentSeconds * 1000,
  });
  const trial = (await study.claim("to be killed"))!;
  return () => study.heartbeat({ trialId: trial.id, attempt: trial.attempt });
}

const renew = await take();
for (;;) {
  await renew();
  process.send!("renewed");
  await sleep(1000);
}
