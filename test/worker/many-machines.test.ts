/**
 * Workers of several machines on one store. A command with processes of its own is a machine here: between them there is
 * nothing but the store. What makes one of them act is what another has reached, so time decides no outcome.
 */
import { rename, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

import Database from "better-sqlite3";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { openStorage, type Storage } from "../../src/search/storage/index.ts";
import { describePostgres } from "../../src/testing/index.ts";
import { CliFolder, type RunningCommand, type TrialsJson } from "../cli/command-line.ts";

/** Only workers with the label run its trials: `run` makes such a study and leaves it to them. */
const study = (name: string, epochs = 20) => `study: ${name}
labels: [gpu]
data: { dataset: digits, train: 500, validation: 200 }
model: { kind: mlp, hidden: [16] }
training: { epochs: ${epochs} }
seed: 3
search:
  method: grid
  metric: { name: validation/accuracy, goal: maximize }
  parameters:
    training.weightDecay: { values: [0, 1e-3, 1e-2] }
`;

const limit = { timeout: 300_000 };

describe("on a folder", () => {
  declareTests(async () => ({}));
});
describePostgres("on PostgreSQL", (server) => {
  declareTests(async () => ({ TUNESMITH_STORE: await server.createDatabase() }));
});

function declareTests(environment: () => Promise<NodeJS.ProcessEnv>): void {
  let place: CliFolder;
  let store: string;
  let undisturbed: readonly (string | null)[];
  const started: RunningCommand[] = [];

  beforeAll(async () => {
    const env = await environment();
    place = await CliFolder.create(env);
    store = env["TUNESMITH_STORE"] ?? place.store;
    await place.write("study.yaml", study("undisturbed"));
    expect((await place.run("run", "study.yaml", "--workers", "1", "--labels", "gpu")).status).toBe(0);
    undisturbed = await hashesOf("undisturbed");
    expect(new Set(undisturbed).size).toBe(3);
  }, 300_000);

  afterEach(async () => {
    for (const { child, finished } of started.splice(0)) {
      child.kill("SIGKILL");
      await finished;
    }
  });

  afterAll(() => place.remove());

  function start(...words: readonly string[]): RunningCommand {
    const command = place.start(...words);
    started.push(command);
    return command;
  }

  async function hashesOf(name: string): Promise<(string | null)[]> {
    const { trials } = await place.json<TrialsJson>("trials", name);
    expect(trials.map(({ state }) => state)).toEqual(["completed", "completed", "completed"]);
    return trials.map(({ resultHash }) => resultHash);
  }

  async function withStorage<T>(use: (storage: Storage) => Promise<T>): Promise<T> {
    const storage = await openStorage(store, { create: false });
    try {
      return await use(storage);
    } finally {
      await storage.close();
    }
  }

  /** A study in the store of which no trial has run. */
  async function create(file: string): Promise<void> {
    const run = start("run", file, "--workers", "1");
    await run.stderrMatches(/^study /m);
    run.child.kill("SIGINT");
    expect((await run.finished).status).toBe(130);
  }

  /** Ends a machine as a power cut would: the command and its processes at once. */
  async function crash(machine: RunningCommand, name: string): Promise<void> {
    machine.child.kill("SIGSTOP");
    const holders = await withStorage(async (storage) =>
      storage.listLeases((await storage.getStudy(name)).id),
    );
    for (const { worker } of holders) process.kill(Number(worker.split(":").at(-2)), "SIGKILL");
    machine.child.kill("SIGKILL");
    await machine.finished;
  }

  test(
    "idle workers with the label run a study that is new, to the hashes of an undisturbed one, and are drained",
    limit,
    async () => {
      const [a, b, other] = [
        start("worker", "--workers", "1", "--labels", "gpu,big"),
        start("worker", "--workers", "1", "--labels", "gpu"),
        start("worker", "--workers", "1"),
      ];
      for (const worker of [a, b, other]) await worker.stderrMatches(/^serving every study/m);
      const run = await place.run("run", "study.yaml", "--name", "shared", "--workers", "1");
      expect(run.status).toBe(0);
      expect(run.stderr).toMatch(/^\[3\/3\] trial #\d completed/m);
      expect(await hashesOf("shared")).toEqual(undisturbed);
      const { workers } = await place.json<{ workers: readonly { labels: string[]; trials: unknown[] }[] }>(
        "workers",
      );
      expect(workers.map(({ labels }) => labels.join(",")).toSorted()).toEqual(["", "gpu", "gpu,big"]);
      expect((await place.run("drain", "--all")).status).toBe(0);
      const ends = await Promise.all([a, b, other].map(({ finished }) => finished));
      expect(ends.map(({ status }) => status)).toEqual([0, 0, 0]);
      const lines = ends.map(({ stderr }) => stderr.match(/^shared trial #\d completed/gm) ?? []);
      expect(lines.flat()).toHaveLength(3);
      expect(lines[2]).toEqual([]);
      expect((await place.json<{ workers: unknown[] }>("workers")).workers).toEqual([]);
    },
  );

  test("a study that no worker has the labels for says so, and goes on when one comes", limit, async () => {
    const run = start("run", "study.yaml", "--name", "waiting", "--workers", "1");
    await run.stderrMatches(/warning: study `waiting`: trials wait for a worker with the labels gpu/);
    const joined = await place.run("worker", "waiting", "--labels", "gpu", "--exit-when-done");
    expect(joined.status).toBe(0);
    expect((await run.finished).status).toBe(0);
    expect(await hashesOf("waiting")).toEqual(undisturbed);
  });

  test(
    "a trial goes on from its checkpoint when its machine dies, and gives the same bits",
    limit,
    async () => {
      await place.write("long.yaml", study("long", 1500));
      const alone = await place.run("run", "long.yaml", "--workers", "2", "--labels", "gpu");
      expect(alone.status).toBe(0);
      await place.write("crash.yaml", study("crash", 1500));
      await create("crash.yaml");
      const first = start("worker", "crash", "--workers", "1", "--labels", "gpu");
      await first.stderrMatches(/^crash trial #0 started/m);
      await withStorage(async (storage) => {
        const { id } = await storage.getStudy("crash");
        const trial = await storage.getTrial(id, 0);
        while ((await storage.listObservations(trial.id, "train/loss")).length === 0);
      });
      first.child.kill("SIGTERM");
      const handedBack = await first.finished;
      expect(handedBack.status).toBe(130);
      expect(handedBack.stderr).toMatch(/^crash trial #0 handed back/m);

      const second = start("worker", "crash", "--workers", "1", "--labels", "gpu");
      await second.stderrMatches(/^crash trial #0 started, attempt 2 from epoch [1-9]/m);
      await crash(second, "crash");

      const third = await place.run("worker", "crash", "--labels", "gpu", "--exit-when-done");
      expect(third.stderr).toMatch(/^crash trial #0 started, attempt 3 from epoch [1-9]/m);
      expect(third.status).toBe(0);
      expect(await hashesOf("crash")).toEqual(await hashesOf("long"));
    },
  );

  test("SIGUSR1 lets the running trial come to its end, and no other begin", limit, async () => {
    await place.write("drained.yaml", study("drained", 300));
    await create("drained.yaml");
    const worker = start("worker", "drained", "--workers", "1", "--labels", "gpu");
    await worker.stderrMatches(/^drained trial #0 started/m);
    worker.child.kill("SIGUSR1");
    const { status, stderr } = await worker.finished;
    expect(status).toBe(0);
    expect(stderr).toMatch(/^drained trial #0 completed/m);
    expect(stderr).not.toContain("handed back");
    const { trials } = await place.json<TrialsJson>("trials", "drained");
    expect(trials.filter(({ state }) => state === "running")).toEqual([]);
  });

  test(
    "a worker without a study's data, or with other data, leaves it to one that has it",
    limit,
    async () => {
      const rows = Array.from({ length: 100 }, (_, i) => `${i % 7},${i % 3},${i % 2 === 0 ? "a" : "b"}`);
      await place.write("own.csv", `x,y,kind\n${rows.join("\n")}\n`);
      await place.write(
        "own.yaml",
        study("own").replace(
          "dataset: digits, train: 500, validation: 200",
          "dataset: { kind: csv, path: own.csv, target: kind }, train: 40, validation: 20",
        ),
      );
      await create("own.yaml");
      await rename(join(place.folder, "own.csv"), join(place.folder, "away.csv"));
      const work = ["worker", "own", "--labels", "gpu", "--exit-when-done", "--workers", "1"];
      const without = await place.run(...work);
      expect(without.status).toBe(3);
      expect(without.stderr).toMatch(
        /^warning: data: the file `.*own\.csv` must exist.* It is left to other workers\./m,
      );
      await writeFile(join(place.folder, "own.csv"), `x,y,kind\n${rows.slice(1).join("\n")}\n1,1,a\n`);
      const otherData = await place.run(...work);
      expect(otherData.status).toBe(4);
      expect(otherData.stderr).toMatch(/^warning: data set .*the content must have the hash [0-9a-f]+, got/m);
      await rename(join(place.folder, "away.csv"), join(place.folder, "own.csv"));
      expect((await place.run(...work)).status).toBe(0);
      const { trials } = await place.json<TrialsJson>("trials", "own");
      expect(trials.map(({ state }) => state)).toEqual(["completed", "completed", "completed"]);
    },
  );

  test("a study's program runs only where it is allowed", limit, async () => {
    await place.write(
      "train.mjs",
      `console.log(JSON.stringify({ loss: Number(process.argv[2].split("=")[1]) }));\n`,
    );
    await place.write(
      "command.yaml",
      `study: command
labels: [gpu]
command: { program: train.mjs }
search:
  method: grid
  metric: { name: loss, goal: minimize }
  parameters: { lr: { values: [1, 2, 3] } }
`,
    );
    await create("command.yaml");
    const work = ["worker", "command", "--labels", "gpu", "--exit-when-done", "--workers", "1"];
    const refused = await place.run(...work);
    expect(refused.status).toBe(3);
    expect(refused.stderr).toMatch(
      /^warning: study `command`: this worker is not allowed to run `.*train\.mjs`\. It is left to other workers\. Start it with `--allow-commands .*train\.mjs`/m,
    );
    const interpreterAlone = await place.run(...work, "--allow-commands", process.execPath);
    expect(interpreterAlone.status).toBe(3);
    const allowed = await place.run(...work, "--allow-commands", `${process.execPath},./train.mjs`);
    expect(allowed.status).toBe(0);
    const { trials } = await place.json<TrialsJson>("trials", "command");
    expect(trials.map(({ objective }) => objective)).toEqual([1, 2, 3]);
  });

  test(
    "a list of workers marks other versions and silent ones, and strikes off the dead",
    limit,
    async () => {
      const ofAnother = { version: "0.0.1", labels: ["gpu"], startedAt: 0 };
      await withStorage(async (storage) => {
        // Its clock is years ahead: nobody's clock is compared with it.
        await storage.registerWorker({ ...ofAnother, name: "elsewhere.invalid:12:34", seenAt: 3e12 });
        await storage.registerWorker({
          ...ofAnother,
          name: `${hostname()}:${process.pid}:1`,
          seenAt: Date.now(),
        });
      });
      const { status, stdout } = await place.run("workers");
      expect(status).toBe(0);
      expect(stdout).toMatch(/^elsewhere\.invalid:12:34 +0\.0\.1 \(here .*\) +gpu +idle +silent for [45]/m);
      expect(stdout).not.toContain(hostname());
      await withStorage((storage) => storage.removeWorker("elsewhere.invalid:12:34"));
    },
  );

  test("a worker ends in good order when the store becomes too new for it", limit, async () => {
    await place.write("newer.yaml", study("newer", 100_000));
    await create("newer.yaml");
    const worker = start("worker", "newer", "--workers", "1", "--labels", "gpu");
    await worker.stderrMatches(/^newer trial #0 started/m);
    const restore = await makeTooNew(store);
    const { status, stderr } = await worker.finished;
    await restore();
    expect(status).toBe(3);
    expect(stderr).toMatch(/^error: store .*: this Tunesmith reads schema versions up to \d+, got version/m);
    const { trials } = await place.json<TrialsJson>("trials", "newer");
    expect(trials.every(({ state }) => state === "waiting")).toBe(true);
  });
}

/** Writes another version into the store. @returns takes it back */
async function makeTooNew(store: string): Promise<() => Promise<void>> {
  if (store.startsWith("postgres:")) {
    const set = async (change: string) => {
      const client = new Client(store);
      await client.connect();
      await client.query(`UPDATE tunesmith.store SET version = version ${change}`);
      await client.end();
    };
    await set("+ 1000");
    return () => set("- 1000");
  }
  const set = async (change: number) => {
    const database = new Database(join(store, "tunesmith.db"));
    const version = database.pragma("user_version", { simple: true }) as number;
    database.pragma(`user_version = ${version + change}`);
    database.close();
  };
  await set(1000);
  return () => set(-1000);
}
