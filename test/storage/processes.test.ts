/** What only real processes can show: simultaneous first opens, and one study for many workers. */
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { systemClock } from "../../src/base/index.ts";
import { openStorage } from "../../src/search/storage/index.ts";
import { Study } from "../../src/search/study/index.ts";
import { claim, newTrial } from "../../src/testing/storage-fixture.ts";
import { studyFixture } from "../../src/testing/study-fixture.ts";
import { temporaryFolder } from "../../src/testing/temporary-folder.ts";
import { nextMessage, startProgram } from "./programs/start-program.ts";

async function createStudy(folder: string, maxTrials: number): Promise<void> {
  const storage = await openStorage(folder);
  await Study.create({ storage, clock: systemClock, definition: studyFixture({ maxTrials }) });
  await storage.close();
}

describe("processes on one store", () => {
  it("eight that open a new store at the same moment all succeed, every time", async () => {
    const folder = temporaryFolder();
    const programs = Array.from({ length: 8 }, () => startProgram("open-when-told"));
    await Promise.all(programs.map(nextMessage));
    for (let round = 0; round < 15; round++) {
      const store = join(folder, `round-${round}`);
      for (const program of programs) program.send(store);
      expect(await Promise.all(programs.map(nextMessage))).toEqual(programs.map(() => "opened"));
      const storage = await openStorage(store);
      expect(await storage.listStudies()).toHaveLength(programs.length);
      await storage.close();
    }
  });

  it("four workers run every trial once and not one too many", async () => {
    const folder = temporaryFolder();
    const maxTrials = 200;
    await createStudy(folder, maxTrials);
    const workers = ["a", "b", "c", "d"].map((name) => startProgram("run-all-trials", [folder, name]));
    await Promise.all(workers.map(nextMessage));
    for (const worker of workers) worker.send("go");
    const numbers = ((await Promise.all(workers.map(nextMessage))) as number[][]).flat();
    expect(numbers.toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: maxTrials }, (_, number) => number),
    );
    const storage = await openStorage(folder);
    const trials = await storage.listTrials((await storage.getStudy("fixture")).id);
    expect(trials.map(({ state, attempt, objectiveValue }) => ({ state, attempt, objectiveValue }))).toEqual(
      trials.map(({ number }) => ({ state: "completed", attempt: 1, objectiveValue: number })),
    );
    expect(trials).toHaveLength(maxTrials);
    await storage.close();
  });
});

describe("processes that open the test split at once", () => {
  it("are all in the record, each opening with an ordinal of its own", async () => {
    const folder = temporaryFolder();
    await createStudy(folder, 1);
    const storage = await openStorage(folder);
    const { id } = await storage.getStudy("fixture");
    await storage.createTrial(id, newTrial(0), claim);
    const purposes = ["a", "b", "c", "d"];
    const programs = purposes.map((purpose) => startProgram("record-openings", [folder, purpose]));
    await Promise.all(programs.map(nextMessage));
    for (const program of programs) program.send("go");
    const given = (await Promise.all(programs.map(nextMessage))) as number[][];
    expect(given.flat().toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 100 }, (_, index) => index + 1),
    );
    const recorded = await storage.listTestOpenings(id);
    for (const [index, purpose] of purposes.entries()) {
      const own = recorded.filter((opening) => opening.purpose === purpose);
      expect(own.map(({ ordinal }) => ordinal)).toEqual(given[index]);
    }
    await storage.close();
  });
});
