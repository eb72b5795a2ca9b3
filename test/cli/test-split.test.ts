/** The locked test split as a person meets it: opened once, for the winner, and never without a record. */
import { join } from "node:path";

import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";

import { openStorage } from "../../src/search/storage/index.ts";
import { CliFolder, type TrialsJson } from "./command-line.ts";

const study = `study: shapes
data: { dataset: digits, train: 400, validation: 200 }
model: { kind: mlp, hidden: [32] }
training: { epochs: 3 }
search:
  method: grid
  metric: { name: validation/accuracy, goal: maximize, reduce: last }
  parameters:
    training.weightDecay: { values: [0, 1e-2] }
`;

interface TestJson {
  readonly ordinal: number;
  readonly trial: number;
  readonly openedAt: number;
  readonly examples: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly interval: readonly [number, number];
  readonly resultHash: string;
}

interface TestedJson {
  readonly opened: boolean;
  readonly identical: boolean | null;
  readonly test: TestJson;
  readonly tests: readonly TestJson[];
}

let place: CliFolder;

beforeAll(async () => {
  place = await CliFolder.create();
  await place.write("study.yaml", study);
  for (const name of ["shapes", "raced", "tampered"]) {
    const { status } = await place.run("run", "study.yaml", "--name", name, "--quiet");
    expect(status).toBe(0);
  }
}, 60_000);

afterAll(() => place.remove());

test("before it is opened nothing mentions a test, and `best` says how to get one", async () => {
  expect(await place.json("show", "shapes")).toMatchObject({ tests: [] });
  const { stdout, stderr } = await place.run("best", "shapes");
  expect(stdout).not.toContain("test");
  expect(stderr).toContain("`tunesmith test shapes` measures it, once,");
});

test("the winner is tested once; after that the result is printed again and nothing is opened", async () => {
  const best = await place.json<{ trial: { number: number; resultHash: string } }>("best", "shapes");
  const first = await place.json<TestedJson>("test", "shapes");
  expect(first).toMatchObject({
    study: "shapes",
    opened: true,
    identical: true,
    test: {
      ordinal: 1,
      trial: best.trial.number,
      purpose: "the winner of study `shapes`",
      contentHash: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
      examples: 2000,
      resultHash: best.trial.resultHash,
    },
  });
  const { metrics, interval } = first.test;
  const accuracy = metrics["test/accuracy"]!;
  expect(Object.keys(metrics)).toEqual(["test/loss", "test/accuracy"]);
  expect(interval[0]).toBeLessThan(accuracy);
  expect(interval[1]).toBeGreaterThan(accuracy);

  expect(await place.json("test", "shapes")).toEqual({
    study: "shapes",
    opened: false,
    identical: null,
    test: first.test,
    tests: [first.test],
  });
  const other = 1 - best.trial.number;
  const again = await place.run("test", "shapes", String(other));
  expect(again.status).toBe(0);
  expect(again.stdout).toMatch(
    /^opening +trial +opened +test\/loss +test\/accuracy +95 % interval +examples\n/,
  );
  expect(again.stdout).toMatch(new RegExp(`\\n +1 +#${best.trial.number} +20.* 2000\\n$`));
  expect(again.stderr).toMatch(
    new RegExp(
      `^Nothing was opened: .* before, on 20.* for trial #${best.trial.number} with test/accuracy 0\\.`,
    ),
  );
  expect(again.stderr).toContain("`tunesmith test shapes --again` opens it all the same");
  expect(await place.json("show", "shapes")).toMatchObject({ tests: [first.test] });

  const second = await place.run("test", "shapes", String(other), "--again");
  expect(second.status).toBe(0);
  expect(second.stderr).toMatch(
    /^warning: the test split was opened for the 2nd time; first on 20.* for trial #\d with test\/accuracy 0\..*: a choice made after looking is no longer honest\.$/m,
  );
  expect(await place.json("best", "shapes")).toMatchObject({
    tests: [
      first.test,
      { ordinal: 2, trial: other, purpose: `trial #${other} of study \`shapes\`, asked for by its number` },
    ],
  });
  for (const verb of ["show", "best"]) {
    const { stdout } = await place.run(verb, "shapes");
    expect(stdout).toMatch(
      new RegExp(`\\ntest split +#${best.trial.number} test/accuracy 0\\..*, and 1 more time\\n`),
    );
  }
});

test("processes that race: whoever opened it is in the record", async () => {
  const outcomes = await Promise.all([1, 2, 3].map(() => place.json<TestedJson>("test", "raced")));
  const { tests } = await place.json<TestedJson>("test", "raced");
  const opened = outcomes.filter((one) => one.opened);
  expect(opened.length).toBeGreaterThanOrEqual(1);
  expect(tests.map(({ ordinal }) => ordinal)).toEqual(opened.map((_, index) => index + 1));
  expect(new Set(tests.map(({ metrics }) => metrics["test/loss"])).size).toBe(1);
});

test("weights that are not the recorded ones: a warning elsewhere, an error in the same place", async () => {
  const elsewhere = await place.run("test", "tampered", "0", "--backend", "reference");
  expect(elsewhere.status).toBe(0);
  expect(elsewhere.stderr).toMatch(
    /^warning: the weights that were tested are not those of trial #0: .*reference now/,
  );

  const { trials } = await place.json<TrialsJson>("trials", "tampered");
  const database = new Database(join(place.store, "tunesmith.db"));
  database
    .prepare("UPDATE trial SET result = replace(result, ?, ?)")
    .run(trials[1]!.resultHash, "0".repeat(64));
  database.close();
  const { status, stdout, stderr } = await place.run("test", "tampered", "1", "--again");
  expect([status, stdout]).toEqual([3, ""]);
  expect(stderr).toMatch(
    new RegExp(
      `^error: trial #1 of \`tampered\`: .* must give the result 0{64}, got ${trials[1]!.resultHash}\\.`,
    ),
  );
  expect(await place.json("show", "tampered")).toMatchObject({ tests: [{ ordinal: 1, trial: 0 }] });
});

/** A study like `shapes` in which one trial was begun and one is still to come. */
async function beginStudy(name: string, end: "completed" | "waiting"): Promise<void> {
  const storage = await openStorage(place.store, { create: false });
  const { id, definition } = await storage.getStudy("shapes");
  const { number, origin, parameters, seed, document, result } = await storage.getTrial(id, 0);
  const begun = await storage.createStudy({ ...definition, name }, 0);
  const claim = { worker: "w", now: 0, leaseMs: 1000 };
  const trial = (await storage.createTrial(
    begun.id,
    { number, origin: origin!, parameters, seed, document },
    claim,
  ))!;
  const outcome =
    end === "completed"
      ? ({ state: "completed", objectiveValue: 0.5, result: result! } as const)
      : ({ state: "waiting", reason: null } as const);
  await storage.finishAttempt({ trialId: trial.id, attempt: 1 }, outcome, { now: 1 });
  await storage.close();
}

test("an unfinished study with a best trial is STUDY_UNFINISHED; the best can be tested by its number", async () => {
  await beginStudy("half", "completed");
  const { status, stdout, stderr } = await place.run("test", "half");
  expect([status, stdout, stderr]).toEqual([
    3,
    "",
    "error: study `half`: all trials must be finished before the winner is tested, got 1 of 2 to go.\n" +
      "hint: Go on by `tunesmith resume half`, or test the best so far by `tunesmith test half 0`.\n",
  ]);
  expect(await place.json("test", "half", "0")).toMatchObject({ opened: true, identical: true });
});

test("without a completed trial there is nothing to test", async () => {
  await beginStudy("begun", "waiting");
  const wrong = [
    [["begun"], 5, "study `begun`: no trial is completed with a value of `validation/accuracy` yet."],
    [
      ["begun", "0"],
      5,
      "trial #0 of `begun`: only a completed trial can be tested, got one that is waiting.",
    ],
    [["begun", "9"], 3, "trial 9: the study has trials 0 to 0."],
    [["begun", "first"], 2, "trial: expected its number, 0 or more, got `first`."],
    [["nothing"], 3, "study `nothing`: no study of that name is in the store"],
  ] as const;
  for (const [words, expected, message] of wrong) {
    const { status, stdout, stderr } = await place.run("test", ...words);
    expect([status, stdout]).toEqual([expected, ""]);
    expect(stderr.startsWith(`error: ${message}`), stderr).toBe(true);
  }
});
