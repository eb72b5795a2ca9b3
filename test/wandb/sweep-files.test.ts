/**
 * Forty W&B sweep files in the variety in which people write them, each with what is understood of it. `expected.json` says it
 * in words for a person to check; no file is refused.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { formatValue } from "../../src/app/cli/output/number.ts";
import { loadStudyFile } from "../../src/app/spec/index.ts";
import { createScheduler, schedulerNames } from "../../src/search/schedulers/index.ts";
import { describeDistribution } from "../../src/search/space/index.ts";

const folder = fileURLToPath(new URL("files", import.meta.url));
const names = (await readdir(folder)).toSorted();
const expected = JSON.parse(await readFile(new URL("expected.json", import.meta.url), "utf8")) as Readonly<
  Record<string, unknown>
>;

/** What is understood of a file; of long fractions four digits. */
async function understood(name: string) {
  const { definition, warnings } = await loadStudyFile(join(folder, name));
  const { objective, scheduler, endWhen, space } = definition;
  const sampler = definition.sampler.name;
  return {
    study: definition.name,
    sampler: sampler === "auto" || sampler === "tpe" ? "guided" : sampler,
    trials: definition.maxTrials,
    objective: `${objective.direction} ${objective.metric}`,
    space: Object.fromEntries(
      space.parameters.map((parameter) => [
        parameter.name,
        describeDistribution(parameter.distribution, formatValue).replaceAll(/\d+\.\d{5,}/g, (digits) =>
          Number(digits).toPrecision(4),
        ),
      ]),
    ),
    ...(scheduler === undefined ? {} : { scheduler }),
    ...(endWhen === undefined ? {} : { target: endWhen.target }),
    warnings: warnings.map(({ line, message }) => `${line}: ${message}`),
  };
}

test("there are forty", () => {
  expect(names).toHaveLength(40);
  expect(Object.keys(expected)).toEqual(names);
});

test.each(names)("%s", async (name) => {
  expect(await understood(name)).toEqual(expected[name]);
});

test.runIf(schedulerNames.includes("wandb-hyperband"))("their schedulers have these options", async () => {
  for (const name of names) {
    const { scheduler, objective } = (await loadStudyFile(join(folder, name))).definition;
    const context = { seed: "0", study: name, ...objective };
    if (scheduler !== undefined) expect(() => createScheduler(scheduler, context)).not.toThrow();
  }
});
