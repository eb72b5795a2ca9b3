import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { Program } from "./program.ts";
import { Secrets } from "./secrets.ts";
import { TrialLog } from "./trial-log.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunesmith-program-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** A program of JavaScript, and its output as it comes. */
function start(code: string, onText: (text: string, program: () => Program) => void = () => {}) {
  let output = "";
  const program: Program = new Program({
    arguments: [process.execPath, "-e", code],
    folder,
    env: process.env,
    onOutput: (chunk) => {
      output += chunk.toString();
      onText(output, () => program);
    },
  });
  return { program, output: () => output };
}

describe("a program", () => {
  test("gives all of its output before its end", async () => {
    const { program, output } = start(
      `console.log("x".repeat(300000)); console.error("err"); process.exitCode = 3`,
    );
    expect(await program.ended).toEqual({ kind: "exited", code: 3 });
    expect(output()).toHaveLength(300000 + 1 + 4);
    expect(program.hasEnded).toBe(true);
  });

  test("is told from one that does not start", async () => {
    const options = { folder, env: process.env, onOutput: () => {} };
    const missing = new Program({ ...options, arguments: ["/nowhere/program"] });
    expect(await missing.ended).toMatchObject({ kind: "not-started" });
    const unusable = new Program({ ...options, arguments: ["a\0b"] });
    expect(await unusable.ended).toMatchObject({ kind: "not-started" });
    unusable.stop(0);
  });

  test("is asked to end and may do so in its own way", async () => {
    const { program } = start(
      `process.on("SIGTERM", () => process.exit(7)); setInterval(() => {}, 1000); console.log("up")`,
      (_, running) => running().stop(60_000),
    );
    expect(await program.ended).toEqual({ kind: "exited", code: 7 });
  });

  test("that does not listen is ended after the grace period", async () => {
    const { program } = start(
      `process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); console.log("up")`,
      (_, running) => running().stop(10),
    );
    expect(await program.ended).toEqual({ kind: "signalled", signal: "SIGKILL" });
  });

  test.skipIf(process.platform === "win32")("ends with all that it has started", async () => {
    const child = `setInterval(() => {}, 1000)`;
    const { program, output } = start(
      `const child = require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(child)}], { stdio: "inherit" });
       console.log(child.pid); setTimeout(() => process.exit(0), 50)`,
    );
    expect(await program.ended).toEqual({ kind: "exited", code: 0 });
    const pid = Number(output());
    expect(pid).toBeGreaterThan(1);
    // A process that ended may still be listed until its parent has looked at it.
    const state = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "gone) Z");
    expect(state.replace(/^.*\) /s, "")).toMatch(/^[ZX]/);
  });
});

describe("a trial's log", () => {
  const append = async (attempt: number, ...chunks: readonly Buffer[]) => {
    const log = new TrialLog(join(folder, "2.log"), Secrets.of({}));
    await log.open(attempt);
    for (const chunk of chunks) log.append(chunk);
    await log.close();
    return log;
  };

  test("keeps every attempt, and shows the last lines", async () => {
    await append(1, Buffer.from("first\n"));
    const log = await append(2, Buffer.from(" 1%\r100%\n"), Buffer.from("\nlast\n"));
    expect(await readFile(log.path, "utf8")).toBe("first\n\n--- attempt 2 ---\n 1%\r100%\n\nlast\n");
    expect(log.tail).toEqual(["100%", "last"]);
  });

  test("leaves out the middle of an endless output", async () => {
    const chunks = Array.from({ length: 100 }, (_, i) => Buffer.from(`${i}`.padStart(100_000)));
    const text = await readFile((await append(1, ...chunks)).path, "utf8");
    expect(text.length).toBeLessThan(8_200_000);
    expect(text).toMatch(/79\n--- 1936000 bytes left out ---\n/);
    expect(text.trimEnd().endsWith("99")).toBe(true);
  });
});
