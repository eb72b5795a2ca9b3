/** The password of a store is nowhere but where it was given: not in what is printed, not in records, not in lists of processes. */
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { Client } from "pg";
import { expect, test } from "vitest";

import { describePostgres } from "../../src/testing/index.ts";
import { CliFolder, type Finished } from "../cli/command-line.ts";

const study = `study: secret
command: { program: print.mjs }
labels: [{ label: gpu, when: { lr: [3] } }]
search:
  method: grid
  metric: { name: loss, goal: minimize }
  parameters: { lr: { values: [1, 2, 3] } }
`;

/** Prints what it knows, as programs that are being debugged do. */
const program = `console.log(process.env);
console.log(JSON.stringify({ loss: 1 }));
if (process.argv[2] === "--lr=2") throw new Error(JSON.stringify(process.env));
`;

async function processList(): Promise<string> {
  const { stdout } = await promisify(execFile)("ps", ["-eo", "args"]);
  return stdout;
}

/** Every value of every table as text. */
async function dump(url: string): Promise<string> {
  const client = new Client(url);
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
    );
    const texts = [];
    for (const { name } of tables) {
      const { rows } = await client.query<{ text: string }>(`SELECT t::text AS text FROM ${name} AS t`);
      texts.push(...rows.map(({ text }) => text));
    }
    return texts.join("\n");
  } finally {
    await client.end();
  }
}

async function filesIn(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const texts = await Promise.all(
    files.map(({ parentPath, name }) => readFile(join(parentPath, name), "latin1")),
  );
  return texts.join("\n");
}

describePostgres("the store's password", (server) => {
  test(
    "is in no output, record, file or list of processes, however it was given",
    { timeout: 300_000 },
    async () => {
      const url = await server.createDatabase();
      const password = decodeURIComponent(new URL(url).password);
      expect(password.length).toBeGreaterThan(8);
      const place = await CliFolder.create();
      const other = await CliFolder.create({ TUNESMITH_STORE: url });
      try {
        for (const { write } of [place, other].map((one) => ({ write: one.write.bind(one) }))) {
          await write("study.yaml", study);
          await write("print.mjs", program);
        }
        const outputs: Finished[] = [];
        // Trial 2 waits for a label, so that the run is there to be looked at.
        const run = place.start("run", "study.yaml", "--store", url, "--workers", "2");
        await run.stderrMatches(/^warning: study `secret`: trials wait for a worker/m);
        const worker = other.start("worker", "--labels", "gpu", "--workers", "1");
        expect(await processList()).not.toContain(password);
        for (const words of [
          ["workers"],
          ["ls"],
          ["show", "secret"],
          ["show", "nothing"],
          ["show", "secret", "1"],
          ["doctor"],
        ]) {
          outputs.push(await place.run(...words, "--store", url));
          outputs.push(await other.run(...words, "--json"));
        }
        run.child.kill("SIGINT");
        worker.child.kill("SIGTERM");
        outputs.push(await run.finished, await worker.finished);
        const wrong = url.replace(password, "a-wrong-password");
        outputs.push(await place.run("worker", "--store", wrong));
        outputs.push(
          await place.run(
            "run",
            "study.yaml",
            "--name",
            "again",
            "--store",
            url,
            "--detach",
            "--labels",
            "gpu",
          ),
        );
        // What runs in the background ends before its folder and its store do.
        const finished = { state: "" };
        while (finished.state !== "finished") Object.assign(finished, await other.json("show", "again"));
        const texts = outputs.map(({ stdout, stderr }) => stdout + stderr).join("\n");
        expect(texts).toContain("secret");
        expect(texts).not.toContain(password);
        expect(texts).not.toContain("a-wrong-password");
        const records = await dump(url);
        expect(records).toContain("print.mjs");
        expect(records).not.toContain(password);
        for (const { folder } of [place, other]) expect(await filesIn(folder)).not.toContain(password);
      } finally {
        await place.remove();
        await other.remove();
      }
    },
  );
});
