import { expect, test } from "vitest";

import { systemClock } from "../../../base/index.ts";
import { createSpace } from "../../../search/space/index.ts";
import { MemoryStorage } from "../../../search/storage/index.ts";
import { Study, type StudyDefinitionInput } from "../../../search/study/index.ts";
import { readStages, stageText } from "./stage-view.ts";

async function studyAfter(trials: number, changes: Partial<StudyDefinitionInput> = {}) {
  const storage = new MemoryStorage();
  const study = await Study.create({
    storage,
    clock: systemClock,
    definition: {
      name: "s",
      description: "",
      space: createSpace([{ name: "rate", distribution: { kind: "float", low: 0, high: 1 } }]),
      sampler: { name: "coarse-to-fine", options: { stages: [{ trials: 6, steps: 2 }, { trials: 2 }] } },
      objective: { metric: "accuracy", direction: "maximize", reduce: "last" },
      seed: "0",
      maxTrials: 8,
      lengthPath: "epochs",
      baseDocument: { rate: 0, epochs: 9 },
      ...changes,
    },
  });
  for (let done = 0; done < trials; done++) {
    const trial = (await study.ask())!;
    await study.tell(trial.number, done === 0 ? { failed: "burnt" } : -Number(trial.parameters["rate"]));
  }
  return { storage, study };
}

test("stages tell what was dropped, trained on and narrowed, and where the search stands", async () => {
  const opened = await studyAfter(7);
  const stages = (await readStages(opened))!;
  expect(stages.map(({ state }) => state)).toEqual(["finished", "running"]);
  const best = (await opened.study.configurations()).find(({ trials }) => trials[0]! < 6);
  expect(stages[0]!.kept[0]).toBe(best!.trials[0]);
  const lines = stageText(stages).split("\n");
  expect(lines.slice(0, 2)).toEqual([
    "stage 1 of 2, finished: trials #0 to #5, 2 steps",
    "  dropped: 1 failed",
  ]);
  expect(lines[2]).toMatch(/^ {2}trained on: #\d #\d$/);
  expect(lines.at(-1)).toBe("stage 2 of 2, running: trials #6 to #7, full length");
});

test("there are none of other methods", async () => {
  const sampler = { name: "random", options: {} };
  expect(await readStages(await studyAfter(1, { sampler }))).toBeNull();
});
