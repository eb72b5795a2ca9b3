import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import type { Seed } from "../../base/index.ts";
import { createSpace } from "../../search/space/index.ts";
import { MemoryStorage } from "../../search/storage/index.ts";
import type { StudyRecord } from "../../search/trial/index.ts";
import { FilePlaces } from "./file-places.ts";

const server = "postgres://db.example/lab";
let folder: string;
let storage: MemoryStorage;
let study: StudyRecord;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunesmith-places-"));
  storage = new MemoryStorage();
  study = await storage.createStudy(
    {
      name: "a/b",
      description: "",
      space: createSpace([{ name: "lr", distribution: { kind: "categorical", values: [1] } }]),
      sampler: { name: "grid", options: {} },
      objective: { metric: "loss", direction: "minimize", reduce: "last" },
      seed: "0" as Seed,
      maxTrials: 1,
      baseDocument: {},
    },
    0,
  );
});
afterEach(() => rm(folder, { recursive: true }));

test("a server's store keeps checkpoints and weights itself, each kind for itself", async () => {
  const places = new FilePlaces({ store: server });
  const files = places.trialFiles("inherit", { storage, study });
  for (const step of [1, 2, 3]) await files.write(`4-${step}`, new Uint8Array([step]));
  await files.write("14-1", new Uint8Array(1));
  await files.removeEarlierSteps(4, 2);
  expect(await files.read("4-1")).toBeUndefined();
  expect(await files.read("4-2")).toStrictEqual(new Uint8Array([2]));
  const weights = places.trialFiles("weights", { storage, study });
  for (const trial of [1, 2]) await weights.write(trial, new Uint8Array([trial]));
  await weights.removeAllBut(2);
  expect(await weights.read(1)).toBeUndefined();
  await files.removeAll();
  expect(await storage.listFiles(study.id, "inherit")).toEqual([]);
  expect((await storage.listFiles(study.id, "weights")).map(({ name }) => name)).toEqual([
    "weights/2.safetensors",
  ]);
});

test("what is too large for a store is refused, with the way out", async () => {
  const files = new FilePlaces({ store: server }).trialFiles("checkpoints", { storage, study });
  const huge = { length: 2 ** 40 } as Uint8Array;
  await expect(files.write(1, huge)).rejects.toMatchObject({
    code: "INVALID_USAGE",
    hint: "Keep large files in a folder that all workers share, by --files FOLDER.",
  });
});

test("a folder for all files takes them of any store", async () => {
  for (const store of [server, join(folder, "store")]) {
    const files = join(folder, `files of ${store.length}`, "deep");
    const places = new FilePlaces({ store, files });
    await places.prepare();
    expect(places.local).toBe(files);
    await places.trialFiles("checkpoints", { storage, study }).write(3, new Uint8Array(1));
    expect(await readdir(join(files, "checkpoints", "a%2Fb"))).toEqual(["3.safetensors"]);
  }
});

test("a folder's store has its files in it, and is not made for them", async () => {
  const places = new FilePlaces({ store: join(folder, "store") });
  await places.prepare();
  expect(places.local).toBe(join(folder, "store"));
  await expect(
    places.trialFiles("checkpoints", { storage, study }).write(3, new Uint8Array(1)),
  ).rejects.toThrow("ENOENT");
  expect(await readdir(folder)).toEqual([]);
});
