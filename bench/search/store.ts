/**
 * Ten thousand trials that do nothing, from ask to tell, through SQLite: what a study costs beside its trainings.
 *
 *     node bench/search/store.ts [--trials 10000] [--samplers random,tpe] [--keep]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { systemClock } from "../../src/base/index.ts";
import { openStorage, Study } from "../../src/search/index.ts";
import { resultFixture, studyFixture } from "../../src/testing/study-fixture.ts";
import { machine, table, writeFormatted } from "./results.ts";
import { mixedSpace } from "./mixed-space.ts";

const { values } = parseArgs({
  options: {
    trials: { type: "string", default: "10000" },
    samplers: { type: "string", default: "random,tpe" },
    keep: { type: "boolean", default: false },
  },
});
const trials = Number(values.trials);

/** On the clock, of which waiting for the disk is a part, and of the processor. */
async function secondsOf(sampler: string): Promise<readonly [clock: number, processor: number]> {
  const folder = mkdtempSync(join(tmpdir(), "tunesmith-bench-store-"));
  try {
    const storage = await openStorage(folder);
    const baseDocument = Object.fromEntries(mixedSpace.parameters.map(({ name }) => [name, 0]));
    const definition = studyFixture({
      name: "trivial",
      space: mixedSpace,
      sampler: { name: sampler, options: {} },
      maxTrials: trials,
      baseDocument,
    });
    const study = await Study.create({ storage, clock: systemClock, definition });
    const start = performance.now();
    const before = process.cpuUsage();
    for (let trial = await study.claim("bench"); trial !== null; trial = await study.claim("bench")) {
      const lease = { trialId: trial.id, attempt: trial.attempt, worker: "bench" };
      const observation = {
        metric: "validation/accuracy",
        step: 1,
        time: systemClock.now(),
        value: Math.sin(trial.number),
      };
      await study.complete(lease, { result: resultFixture, observations: [observation] });
    }
    const { user, system } = process.cpuUsage(before);
    const seconds = (performance.now() - start) / 1000;
    await storage.close();
    return [seconds, (user + system) / 1e6];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const rows: string[][] = [];
for (const sampler of values.samplers.split(",")) {
  const [clock, processor] = await secondsOf(sampler);
  const each = (1000 * clock) / trials;
  rows.push([sampler, clock.toFixed(1), processor.toFixed(1), each.toFixed(2)]);
}
const document = [
  "## Cost of a study",
  `${trials.toLocaleString("en")} trials that do nothing, ten parameters each, one after the other through SQLite: asked for, one value reported, completed. Measured on ${machine()}.`,
  table(["sampler", "seconds", "of the processor", "milliseconds for a trial"], rows),
].join("\n\n");
console.log(document);
if (values.keep) {
  const path = fileURLToPath(new URL("results/store.md", import.meta.url));
  await writeFormatted(path, document, "markdown");
}
