import { mkdir, readdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { beforeEach, describe, expect, test } from "vitest";

import { MemoryStorage } from "../../../search/storage/index.ts";
import { Study } from "../../../search/study/index.ts";
import { SimulatedClock } from "../../../testing/simulated-clock.ts";
import { resultFixture, studyFixture } from "../../../testing/study-fixture.ts";
import { temporaryFolder } from "../../../testing/temporary-folder.ts";
import { FilePlaces } from "../file-places.ts";
import { findForeignLeftovers } from "./foreign-leftovers.ts";
import { findLeftovers, type Leftover } from "./find-leftovers.ts";

const now = Date.now();
const nothingMore = { keepWeights: 1, dropHistograms: false, dropLogs: false };
const told = (leftovers: readonly Leftover[]) =>
  leftovers.map(({ study, kind, sizeBytes }) => `${study} ${kind} ${sizeBytes}`);

let storage: MemoryStorage;
let study: Study;

/** Trials 0 to 2 are completed, the second the best and the third the next; 3 is paused, 4 waits, 5 runs. */
beforeEach(async () => {
  storage = new MemoryStorage();
  const definition = studyFixture({ name: "s", maxTrials: 6 });
  study = await Study.create({ storage, definition, clock: new SimulatedClock() });
  for (const value of [0.1, 0.9, 0.5]) {
    const { id, attempt } = (await study.claim("w"))!;
    const observations = [{ metric: "validation/accuracy", step: 1, time: 0, value }];
    await study.complete({ trialId: id, attempt }, { result: resultFixture, observations });
  }
  const held = [(await study.claim("w"))!, (await study.claim("w"))!, (await study.claim("w"))!];
  const [third, fourth] = held.map(({ id, attempt }) => ({ trialId: id, attempt }));
  await study.pause(third!, { ruling: { action: "pause", rule: "asha", step: 1 } });
  await study.handBack(fourth!);
});

describe.each([
  ["a folder", () => new FilePlaces({ store: temporaryFolder() })],
  ["a server's store", () => new FilePlaces({ store: "postgres://db.example/lab" })],
])("of files in %s", (_, placesOf) => {
  test("what unfinished trials need always stays, and the weights of so many of the best", async () => {
    const places = placesOf();
    const files = (kind: "checkpoints" | "weights" | "inherit") =>
      places.trialFiles(kind, { storage, study: study.record });
    for (let trial = 0; trial < 7; trial++) {
      await files("checkpoints").write(trial, new Uint8Array(10 + trial));
      await files("weights").write(trial, new Uint8Array(20 + trial));
    }
    await files("inherit").write("1-5", new Uint8Array(30));
    const opened = { study, storage, places, now };
    const sizes = async (keepWeights: number) =>
      told(await findLeftovers(opened, { ...nothingMore, keepWeights }));
    // Trial 6 does not exist. The study is not over, so heirs may still be born.
    const checkpoints = [10, 11, 12, 16].map((size) => `s checkpoints ${size}`);
    expect(await sizes(1)).toEqual([...checkpoints, ...[20, 22, 26].map((size) => `s weights ${size}`)]);
    expect(await sizes(2)).toEqual([...checkpoints, ...[20, 26].map((size) => `s weights ${size}`)]);
    expect(await sizes(0)).toEqual([...checkpoints, ...[20, 21, 22, 26].map((size) => `s weights ${size}`)]);

    for (const { remove } of await findLeftovers(opened, nothingMore)) await remove();
    const left = async (kind: "checkpoints" | "weights" | "inherit") =>
      (await files(kind).list()).map(({ name }) => name).toSorted();
    expect(await left("checkpoints")).toEqual(["3.safetensors", "4.safetensors", "5.safetensors"]);
    expect(await left("weights")).toEqual(["1", "3", "4", "5"].map((trial) => `${trial}.safetensors`));
    expect(await left("inherit")).toEqual(["1-5.safetensors"]);
    expect(await findLeftovers(opened, nothingMore)).toEqual([]);
  });
});

describe("of files on this machine", () => {
  test("histograms and logs of finished trials go only when that is asked for", async () => {
    const store = temporaryFolder();
    const folders = ["histograms/s", "logs/s", "commands/s/0", "commands/s/5"];
    for (const name of folders) await mkdir(join(store, name), { recursive: true });
    const files = [
      ...[0, 1, 5].flatMap((trial) => [`histograms/s/${trial}.jsonl`, `logs/s/${trial}.log`]),
      "commands/s/0/model.pt",
      "commands/s/0.program.json",
      "commands/s/5/model.pt",
      "logs/s.log",
    ];
    for (const [index, name] of files.entries()) await writeFile(join(store, name), "x".repeat(index + 1));
    const opened = { study, storage, places: new FilePlaces({ store }), now };
    expect(await findLeftovers(opened, nothingMore)).toEqual([]);
    const all = { ...nothingMore, dropHistograms: true, dropLogs: true };
    expect(told(await findLeftovers(opened, all)).toSorted()).toEqual([
      "s commands 7",
      "s commands 8",
      "s histograms 1",
      "s logs 2",
      "s logs 4",
    ]);
    for (const { remove } of await findLeftovers(opened, all)) await remove();
    expect(await readdir(join(store, "histograms/s"))).toEqual(["1.jsonl", "5.jsonl"]);
    expect(await readdir(join(store, "logs/s"))).toEqual(["5.log"]);
    expect(await readdir(join(store, "commands/s"))).toEqual(["5"]);
    expect(await readdir(join(store, "logs"))).toEqual(["s", "s.log"]);
  });

  test("what is being written stays, and what a dead process left goes", async () => {
    const store = temporaryFolder();
    const folder = join(store, "weights", "s");
    await mkdir(folder, { recursive: true });
    for (const name of ["0.safetensors.1.tmp", "2.safetensors.2.tmp"])
      await writeFile(join(folder, name), "x");
    const hoursAgo = new Date(now - 2 * 3600_000);
    await utimes(join(folder, "0.safetensors.1.tmp"), hoursAgo, hoursAgo);
    const opened = { study, storage, places: new FilePlaces({ store }), now };
    for (const { remove } of await findLeftovers(opened, nothingMore)) await remove();
    expect(await readdir(folder)).toEqual(["2.safetensors.2.tmp"]);
  });

  test("files of studies that the store does not have are found by the folder's name", async () => {
    const folder = temporaryFolder();
    for (const name of ["s", "old%2Fone"]) {
      await mkdir(join(folder, "weights", name), { recursive: true });
      await writeFile(join(folder, "weights", name, "0.safetensors"), "xyz");
    }
    await mkdir(join(folder, "commands", "old%2Fone", "0"), { recursive: true });
    const find = (dropLogs: boolean) =>
      findForeignLeftovers(storage, { folder, retention: { ...nothingMore, dropLogs } });
    expect(told(await find(false))).toEqual(["old/one weights 3"]);
    expect(told(await find(true))).toEqual(["old/one weights 3", "old/one commands 0"]);
    for (const { remove } of await find(true)) await remove();
    expect(await find(true)).toEqual([]);
    expect(await readdir(join(folder, "weights"))).toEqual(["s"]);
  });
});
