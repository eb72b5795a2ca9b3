/** Claims a trial, reports, is stopped by a signal, and once it wakes wants to write everything that a worker can write. */
import { once } from "node:events";

import { systemClock, TunesmithError } from "../../../src/base/index.ts";
import { openStorage } from "../../../src/search/storage/index.ts";
import { Study } from "../../../src/search/study/index.ts";
import { resultFixture } from "../../../src/testing/study-fixture.ts";
import { acknowledgedStudy, reportedMetric } from "../acknowledgement.ts";

const [url, worker, leaseMs] = process.argv.slice(2) as [string, string, string];
const storage = await openStorage(url, { create: false });
const name = acknowledgedStudy;
const study = await Study.open({ storage, clock: systemClock, name, leaseMs: Number(leaseMs) });
const { id, attempt } = (await study.claim(worker))!;
const lease = { trialId: id, attempt };
const point = (step: number) => ({ metric: reportedMetric, step, time: 0, value: -step });
await study.report(lease, [point(1)]);
const woken = once(process, "message");
process.send!("reported");
await woken;

const ruling = { action: "stop", rule: "test", step: 2 } as const;
const writes = {
  heartbeat: () => study.heartbeat(lease),
  report: () => study.report(lease, [point(2)]),
  complete: () => study.complete(lease, { result: resultFixture, observations: [point(2)] }),
  stop: () => study.stop(lease, { ruling }),
  pause: () => study.pause(lease, { ruling: { ...ruling, action: "pause" } }),
  fail: () => study.fail(lease, { reason: { kind: "error", message: "too late" } }),
  handBack: () => study.handBack(lease),
};
const answers: Record<string, string> = {};
for (const [what, write] of Object.entries(writes)) {
  answers[what] = await write().then(
    () => "taken",
    (error: unknown) => (error instanceof TunesmithError ? error.code : String(error)),
  );
}
await storage.close();
process.send!(answers, () => process.disconnect());
