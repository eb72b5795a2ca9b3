/** A worker killed between any two of its writes: whoever comes next ends its study as if nothing had happened. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { describe, expect, it } from "vitest";

import { FilePlaces } from "../../src/app/worker/file-places.ts";
import { systemClock, type Json } from "../../src/base/index.ts";
import { trainingDocumentSchema } from "../../src/learning/training/index.ts";
import { createSpace } from "../../src/search/space/index.ts";
import { openStorage } from "../../src/search/storage/index.ts";
import { Study } from "../../src/search/study/index.ts";
import { describePostgres } from "../../src/testing/describe-postgres.ts";
import { studyFixture } from "../../src/testing/study-fixture.ts";
import { temporaryFolder } from "../../src/testing/temporary-folder.ts";
import { crashPoints, type CrashPointName } from "./programs/crash-points.ts";

const program = fileURLToPath(new URL("programs/train-and-die.ts", import.meta.url));
/** Loading the sources takes most of the time; what was compiled once is kept here. */
const compileCache = fileURLToPath(new URL("../../build/compile-cache", import.meta.url));
const epochs = 5;

async function createStudy(url: string): Promise<void> {
  const storage = await openStorage(url);
  const document = trainingDocumentSchema.parse({
    data: { dataset: "digits", train: 300, validation: 100 },
    model: { kind: "mlp", hidden: [16] },
    training: { epochs, batchSize: 30 },
  });
  const values = [0, 0.1];
  const definition = studyFixture({
    name: "crash",
    space: createSpace([{ name: "training.weightDecay", distribution: { kind: "categorical", values } }]),
    sampler: { name: "grid", options: {} },
    maxTrials: values.length,
    baseDocument: JSON.parse(JSON.stringify(document)) as Json,
  });
  await Study.create({ storage, clock: systemClock, definition });
  await storage.close();
}

/** @returns how the worker ended */
async function work(url: string, worker: string, dead: string, point?: CrashPointName): Promise<string> {
  const words = [url, worker, dead, ...(point === undefined ? [] : [point])];
  const [status, signal] = (await once(
    fork(program, words, { execArgv: [], env: { ...process.env, NODE_COMPILE_CACHE: compileCache } }),
    "close",
  )) as [number | null, string | null];
  return signal ?? String(status);
}

/** What the study came to; that its rows agree is checked on the way. */
async function resultsOf(url: string): Promise<unknown> {
  const storage = await openStorage(url, { create: false });
  try {
    const study = await Study.open({ storage, clock: systemClock, name: "crash" });
    const trials = await storage.listTrials(study.record.id);
    for (const { id, attempt } of trials) {
      const curve = await storage.listObservations(id, "validation/accuracy");
      expect(curve.map(({ step }) => step)).toEqual(Array.from({ length: epochs }, (_, index) => index + 1));
      const attempts = await storage.listAttempts(id);
      expect(attempts.map((one) => one.attempt)).toEqual(
        Array.from({ length: attempt }, (_, index) => index + 1),
      );
      expect(attempts.map(({ outcome }) => outcome).filter((outcome) => outcome !== "waiting")).toEqual([
        "completed",
      ]);
    }
    const places = new FilePlaces({ store: url });
    const checkpoints = places.trialFiles("checkpoints", { storage, study: study.record });
    const left = await Promise.all(trials.map(({ number }) => checkpoints.read(number)));
    return {
      trials: trials.map(({ state, parameters, seed, objectiveValue, result }) => ({
        state,
        parameters,
        seed,
        objectiveValue,
        hash: result?.resultHash,
      })),
      hasCheckpoints: left.some((bytes) => bytes !== undefined),
    };
  } finally {
    await storage.close();
  }
}

function survives(create: () => Promise<string>): void {
  let undisturbed: unknown;

  it.each(Object.keys(crashPoints) as CrashPointName[])("%s", async (point) => {
    undisturbed ??= await resultsOf(await worked());
    const store = await create();
    await createStudy(store);
    expect(await work(store, "victim", "nobody", point)).toBe("SIGKILL");
    expect(await work(store, "heir", "victim")).toBe("0");
    expect(await resultsOf(store)).toEqual(undisturbed);
  });

  async function worked(): Promise<string> {
    const store = await create();
    await createStudy(store);
    expect(await work(store, "alone", "nobody")).toBe("0");
    return store;
  }
}

describe("a worker on SQLite, its files in a folder, that is killed", () => {
  survives(async () => temporaryFolder());
});

describePostgres("a worker on PostgreSQL, its files in the store, that is killed", (server) => {
  survives(() => server.createDatabase());
});
