import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

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

/** Appends what it is told of to a file. */
const program = `const { appendFileSync } = require("node:fs");
appendFileSync("news.txt", process.env.TUNESMITH_EVENT + " " + process.env.TUNESMITH_TEXT + "\\n");
`;

let cli: CliFolder;
beforeEach(async () => {
  cli = await CliFolder.create();
  await cli.write("told.yaml", study);
  await cli.write("note.cjs", program);
});
afterEach(() => cli.remove());

const news = async () => (await readFile(join(cli.folder, "news.txt"), "utf8")).trim().split("\n");

test("a run tells a webhook and a program of its news, and a resumed one no old news", async () => {
  const events: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      events.push((JSON.parse(body) as { event: string }).event);
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const webhook = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  const told = ["--notify-command", `${process.execPath} note.cjs`, "--notify-webhook", webhook];
  const { status, stderr } = await cli.run("run", "told.yaml", "--workers", "1", ...told);
  expect(status).toBe(0);
  expect(stderr).not.toContain("warning");
  expect(events.at(-1)).toBe("finished");
  expect(events).toContain("best");
  expect((await news()).map((line) => line.split(" ")[0])).toEqual(events);

  const before = (await news()).length;
  await cli.run("extend", "told", "--max-trials", "3");
  await cli.run("resume", "told", "--workers", "1", ...told, "--notify-on", "finished,failed");
  server.close();
  expect((await news()).slice(before)).toEqual([
    expect.stringMatching(/^finished study told: finished with 3 completed trials; the best is trial \d, /),
  ]);
});

test("a receiver that is not there is a warning without the address's path, and the study is as it would be", async () => {
  const { status, stdout, stderr } = await cli.run(
    "run",
    "told.yaml",
    "--workers",
    "1",
    "--notify-command",
    "no-such-program --now",
  );
  expect(status).toBe(0);
  expect(stdout).toContain("best #");
  expect(stderr).toContain(
    "program no-such-program: a notification was not taken: it cannot be started: ENOENT.",
  );
});

test.each([
  [["--notify-webhook", "ftp://host/secret"], "--notify-webhook: expected an address of http or https"],
  [["--notify-on", "best"], "--notify-on: it needs somebody to tell"],
  [["--notify-on", "bset", "--notify-command", "x"], "did you mean `best`?"],
  [["--notify-command", " "], "--notify-command: expected a program and its arguments"],
])("%j is refused before anything is started", async (words, message) => {
  const { status, stderr } = await cli.run("run", "told.yaml", ...words);
  expect(status).toBe(2);
  expect(stderr).toContain(message);
  expect(stderr).not.toContain("secret");
});
