import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { CliFolder } from "./command-line.ts";

const study = `study: told
data: { dataset: digits, train: 200, validation: 100 }
model: { kind: mlp, hidden: [4] }
training: { epochs: 1, optimizer: sgd }
search:
  method: random
  maxTrials: 2
  metric: { name: validation/accuracy, goal: maximize }
  parameters:
    training.learningRate: { min: 0.1, max: 0.2 }
`;

interface EventJson {
  readonly sequence: number;
  readonly kind: string;
}

describe("the log of a study", () => {
  let cli: CliFolder;
  beforeAll(async () => {
    cli = await CliFolder.create();
    await cli.write("told.yaml", study);
    expect((await cli.run("run", "told.yaml", "--workers", "1")).stderr).not.toContain("error:");
  });
  afterAll(() => cli.remove());

  test("is told in words, and as a line of JSON for each event", async () => {
    const { stdout } = await cli.run("events", "told");
    expect(stdout).toMatch(/^ {4}1 {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}the study was created: 2 trials/);
    expect(stdout).toMatch(/^ {4}4 .* trial #0 was completed with validation\/accuracy 0\.\d+$/m);
    const lines = (await cli.run("events", "told", "--json", "--after", "3")).stdout.trim().split("\n");
    const events = lines.map((line) => JSON.parse(line) as EventJson);
    expect(events.map(({ sequence, kind }) => `${sequence} ${kind}`)).toEqual([
      "4 trial-completed",
      "5 trial-created",
      "6 trial-running",
      "7 trial-completed",
    ]);
  });

  test("gives the trials as they were", async () => {
    const { trials } = await cli.json<{ readonly trials: readonly object[] }>("trials", "told", "--at", "6");
    expect(trials).toMatchObject([
      { number: 0, state: "completed", epochs: 1 },
      { number: 1, state: "running", objective: null },
    ]);
    const { stdout } = await cli.run("trials", "told", "--at", "6", "--columns", "number,state");
    expect(stdout).toBe("trial  state\n   #0  completed\n   #1  running\n");
    const { status, stderr } = await cli.run("trials", "told", "--at", "99");
    expect(status).toBe(2);
    expect(stderr).toContain("the log of `told` has 7 events, got 99.");
  });

  test("is followed while others change the study, until Ctrl-C", async () => {
    const following = cli.start("events", "told", "--follow", "--after", "7");
    const told = Promise.withResolvers<void>();
    following.child.stdout!.on("data", (chunk: Buffer) => {
      if (chunk.toString().includes("version 2 of the study: trials: 2 → 3")) told.resolve();
    });
    await cli.run("extend", "told", "--max-trials", "3");
    await told.promise;
    following.child.kill("SIGINT");
    expect(await following.finished).toMatchObject({ status: 0, signal: null, stderr: "" });
  });
});
