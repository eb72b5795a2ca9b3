import { expect, test } from "vitest";

import type { RegisteredWorker } from "../../search/trial/index.ts";
import { isSilent, WorkerWatch } from "./worker-watch.ts";

function worker(name: string, seenAt: number): RegisteredWorker {
  return { name, version: "1", labels: [], startedAt: 0, seenAt, drainRequested: false };
}

test("who renews is there, whatever its clock says; who does not falls silent", () => {
  const watch = new WorkerWatch();
  // Its clock is years ahead and goes backwards.
  const ahead = (elapsedMs: number) => worker("ahead", 2e12 - elapsedMs);
  let silent: readonly string[] = [];
  for (let elapsedMs = 0; elapsedMs <= 12_000; elapsedMs += 3000) {
    const sightings = watch.look([ahead(elapsedMs), worker("dead", 5)], elapsedMs);
    silent = sightings.filter(isSilent).map((one) => one.worker.name);
    expect(silent).toEqual(elapsedMs < 12_000 ? [] : ["dead"]);
  }
  expect(silent).toEqual(["dead"]);
});
