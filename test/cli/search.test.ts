/** A search from its study file to what is read of it: repeats, what is given, what is learnt, why, and changes. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { CliFolder } from "./command-line.ts";

const study = (name: string, search: string) => `study: ${name}
data: { dataset: digits, train: 200, validation: 100 }
model: { kind: mlp, hidden: [4] }
training: { epochs: 1, optimizer: sgd }
search:
${search}
  parameters:
    training.learningRate: { distribution: log_uniform_values, min: 1e-3, max: 1 }
    training.momentum: { values: [0, 0.9] }
`;

const repeated = study(
  "repeated",
  `  method: { name: tpe, startupTrials: 2 }
  maxTrials: 4
  metric: { name: validation/accuracy, goal: maximize }
  otherMetrics: [{ name: train/loss, goal: minimize }]
  replicates: { count: 2, racing: false }
  initial: [{ training.learningRate: 0.25 }]`,
);

interface ShowJson {
  readonly configurations: readonly { readonly trials: readonly number[]; readonly count: number }[];
  readonly front: readonly { readonly number: number; readonly values: readonly number[] }[];
  readonly versions: readonly { readonly version: number; readonly note: string }[];
  readonly ended: { readonly rule: string } | null;
  readonly priorResults: number;
}

interface TrialJson {
  readonly trial: {
    readonly number: number;
    readonly parameters: Readonly<Record<string, unknown>>;
    readonly origin: {
      readonly by: string;
      readonly sampler: string | null;
      readonly configuration: number;
      readonly why: { readonly kind: string; readonly message: string } | null;
      readonly seen: { readonly finished: number };
    };
  };
}

describe("a study with repeats and two objectives", () => {
  let cli: CliFolder;
  beforeAll(async () => {
    cli = await CliFolder.create();
    await cli.write("repeated.yaml", repeated);
    const { status, stdout, stderr } = await cli.run("run", "repeated.yaml", "--workers", "1");
    expect(status).toBe(0);
    expect(stderr).toContain("search       tpe (startupTrials 2), seed 0\n");
    expect(stderr).toContain("tried first  1 configuration\n");
    expect(stdout).toMatch(
      /no other trial is better in all objectives\ntrial +validation\/accuracy +train\/loss/,
    );
  });
  afterAll(() => cli.remove());

  test("show tells the configurations, the front and the search", async () => {
    const { stdout } = await cli.run("show", "repeated");
    expect(stdout).toMatch(/^replicates +2 trainings of each configuration, each with another seed$/m);
    expect(stdout).toMatch(/^configuration +learningRate +momentum +mean +deviation +trials +numbers$/m);
    expect(stdout).toMatch(/^ +#0 +0\.25 .* 2 +#0 #1$/m);
    const { configurations, front } = await cli.json<ShowJson>("show", "repeated");
    expect(configurations.map(({ trials }) => trials.join(" ")).toSorted()).toEqual(["0 1", "2 3"]);
    expect(front.length).toBeGreaterThan(0);
  });

  test("show of a trial tells why it was proposed", async () => {
    const { trial } = await cli.json<TrialJson>("show", "repeated", "2");
    expect(trial.origin).toMatchObject({ by: "sampler", sampler: "tpe", configuration: 2 });
    const { stdout } = await cli.run("show", "repeated", "2");
    expect(stdout).toMatch(/^proposed +by tpe, startup: /m);
    expect(stdout).toMatch(/^had seen +2 finished trials$/m);
    expect(stdout).toMatch(/^train\/loss +[\d.]+$/m);
    expect((await cli.run("show", "repeated", "0")).stdout).toMatch(/^proposed +given by a person$/m);
  });

  test("best is a mean with its spread", async () => {
    const { stdout } = await cli.run("best", "repeated");
    expect(stdout).toMatch(/^trial +#\d [\d.]+ ± [\de.-]+ over 2 trainings/m);
  });

  test("trials have columns for where they came from", async () => {
    const { stdout } = await cli.run("trials", "repeated", "--columns", "number,configuration,sampler,why");
    expect(stdout).toMatch(/^ +#1 +#0 +replicating: /m);
    const startup = await cli.run("trials", "repeated", "--filter", "why=startup", "--columns", "number");
    expect(startup.stdout).toBe("trial\n   #2\n");
  });

  test("it can be extended and given a configuration; another study learns from it", async () => {
    const refused = await cli.run("enqueue", "repeated", "learningRate=0.5");
    expect(refused).toMatchObject({ status: 2 });
    expect(refused.stderr).toContain("Extend the study first");
    const extended = await cli.run("extend", "repeated", "--max-trials", "5", "--note", "one more");
    expect(extended.stdout).toBe("study repeated, version 2\n  trials: 4 → 5\n");
    expect(extended.stderr).toBe("go on with\ntunesmith resume repeated\n");
    const { stdout } = await cli.run("enqueue", "repeated", "learningRate=0.5", "training.momentum=0.9");
    expect(stdout).toBe("trial #4 of repeated is next: learningRate 0.5  momentum 0.9\n");
    expect((await cli.run("resume", "repeated", "--workers", "1")).status).toBe(0);
    const { trial } = await cli.json<TrialJson>("show", "repeated", "4");
    expect(trial).toMatchObject({
      parameters: { "training.learningRate": 0.5, "training.momentum": 0.9 },
      origin: { by: "given" },
    });
    const { versions } = await cli.json<ShowJson>("show", "repeated");
    expect(versions.at(-1)).toMatchObject({ version: 2, note: "one more (trials: 4 → 5)" });

    const learner = repeated
      .replace("study: repeated", "study: learner")
      .replace(
        "initial: [{ training.learningRate: 0.25 }]",
        "warmStart: [repeated]\n  endWhen: { target: 0 }",
      );
    await cli.write("learner.yaml", learner);
    const run = await cli.run("run", "learner.yaml", "--workers", "1");
    expect(run.stderr).toContain("learning from 5 trials of repeated.\n");
    expect(run.stderr).toMatch(/^learns from +3 results of repeated$/m);
    expect(run.stdout).toMatch(/^ended early: validation\/accuracy reached .*; the target is 0$/m);
    const shown = await cli.json<ShowJson>("show", "learner");
    expect(shown).toMatchObject({ priorResults: 3, ended: { rule: "target" } });
  });

  test("a changed file widens the space, and says what it may not change", async () => {
    const wider = repeated.replace("max: 1 }", "max: 2 }").replace("maxTrials: 4", "maxTrials: 6");
    await cli.write("wider.yaml", wider);
    const { stdout } = await cli.run("extend", "repeated", "--file", "wider.yaml");
    expect(stdout).toMatch(
      /^ {2}training\.learningRate: 0\.001 to 1 \(float, log\) → 0\.001 to 2 \(float, log\)$/m,
    );
    expect((await cli.run("extend", "repeated", "--file", "wider.yaml")).stdout).toBe(
      "study repeated is so already; nothing was changed.\n",
    );
    await cli.write("other.yaml", wider.replace("hidden: [4]", "hidden: [8]"));
    const other = await cli.run("extend", "repeated", "--file", "other.yaml");
    expect(other.status).toBe(2);
    expect(other.stderr).toContain("got another `model.hidden`.\n");
    expect((await cli.run("extend", "repeated", "--file", "learner.yaml")).stderr).toContain(
      "expected the file of study `repeated`, got `learner.yaml` of `learner`.",
    );
    expect((await cli.run("extend", "repeated")).stderr).toContain("expected --max-trials or --file");
  });

  test("what cannot be given is refused with the nearest name", async () => {
    const { stderr } = await cli.run("enqueue", "repeated", "lerningRate=0.5");
    expect(stderr).toContain("unknown parameter `lerningRate`");
    expect((await cli.run("enqueue", "repeated", "learningRate")).stderr).toContain(
      "enqueue: expected `path=value` with a YAML value",
    );
    expect((await cli.run("enqueue", "repeated", "momentum=0", "momentum=0")).stderr).toContain(
      "`training.momentum` may be given once",
    );
  });
});
