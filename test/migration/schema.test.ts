import { copyFileSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { describe, expect, it } from "vitest";

import { openConnection, storeFileName } from "../../src/search/storage/sqlite/connection.ts";
import { describeSchema, latestSchemaVersion } from "../../src/search/storage/sqlite/schema.ts";
import { SqliteStorage } from "../../src/search/storage/index.ts";
import { Study } from "../../src/search/study/index.ts";
import { SimulatedClock } from "../../src/testing/simulated-clock.ts";
import { openingFixture, resultFixture, studyFixture } from "../../src/testing/study-fixture.ts";
import { temporaryFolder } from "../../src/testing/temporary-folder.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const manifest = readFileSync(join(here, "schema.sql"), "utf8");
const released = readdirSync(here).filter((name) => /^schema-\d+\.db$/.test(name));

function copyOf(name: string): string {
  const folder = temporaryFolder();
  copyFileSync(join(here, name), join(folder, storeFileName));
  return folder;
}

function schemaOf(folder: string): string {
  const connection = openConnection(folder);
  const schema = describeSchema(connection);
  connection.close();
  return schema;
}

describe("the schema", () => {
  it("of a new store is the one in schema.sql (tools/write-schema-files.ts writes it)", () => {
    expect(schemaOf(temporaryFolder())).toBe(manifest);
  });

  it("has one kept store for each version", () => {
    const versions = Array.from({ length: latestSchemaVersion }, (_, index) => `schema-${index + 1}.db`);
    expect(released.toSorted()).toEqual(versions.toSorted());
  });
});

describe.each(released)("the kept store %s", (name) => {
  it("opens with the schema of a new one", () => {
    expect(schemaOf(copyOf(name))).toBe(manifest);
  });

  it("gives back every record, and its study goes on", async () => {
    const storage = await SqliteStorage.open(copyOf(name));
    const start = 1_700_000_000_000;
    const clock = new SimulatedClock(start + 5000);
    const study = await Study.open({ storage, clock, name: "kept" });
    expect(study.record.definition).toEqual(studyFixture({ name: "kept", maxTrials: 6 }));
    const trials = await storage.listTrials(study.record.id);
    expect(trials.map(({ state }) => state)).toEqual([
      "completed",
      "stopped",
      "failed",
      "waiting",
      "running",
    ]);
    expect(trials[0]).toMatchObject({
      seed: "16584239269961571584",
      objectiveValue: 0.75,
      result: resultFixture,
      createdAt: start,
      durationMs: 1000,
    });
    expect(trials[2]!.reason).toEqual({ kind: "diverged", message: "loss is NaN at step 1" });
    expect(await storage.listObservations(trials[0]!.id, "train/loss")).toEqual([
      { metric: "train/loss", step: 1, attempt: 1, time: start + 1000, value: Number.NaN },
      { metric: "train/loss", step: 2, attempt: 1, time: start + 1000, value: Number.POSITIVE_INFINITY },
    ]);
    expect(await storage.listSeries(study.record.id)).toHaveLength(10);
    // Schema 1 knew of no openings.
    const openings = await storage.listTestOpenings(study.record.id);
    expect(openings).toEqual(name === "schema-1.db" ? [] : [{ ...openingFixture(), ordinal: 1 }]);
    expect(await storage.recordTestOpening(study.record.id, openingFixture())).toMatchObject({
      ordinal: openings.length + 1,
    });
    const taken = (await study.claim("new"))!;
    expect(taken).toMatchObject({ number: 3, attempt: 2, parameters: trials[3]!.parameters });
    expect(taken.revision).toBeGreaterThan(Math.max(...trials.map(({ revision }) => revision)));
    await study.complete({ trialId: taken.id, attempt: 2 }, { result: resultFixture });
    expect(await study.progress()).toMatchObject({ completed: 2, remaining: 2 });
    await storage.close();
  });
});
