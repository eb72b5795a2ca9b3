import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { readProcess } from "./process-table.ts";
import {
  endTracedProgram,
  markVariable,
  newTrace,
  traceOf,
  writeTrace,
  type ProgramTrace,
} from "./program-trace.ts";

let folder: string;
const children: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunesmith-trace-"));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await rm(folder, { recursive: true });
});

/** A process that runs until it is ended, in a group of its own. */
async function start(env: NodeJS.ProcessEnv = {}): Promise<number> {
  const child = spawn(process.execPath, ["-e", "console.log(1); setInterval(() => {}, 1000)"], {
    env: { ...process.env, ...env },
    detached: true,
    stdio: ["ignore", "pipe", "ignore"],
  });
  children.push(child);
  await once(child.stdout, "data");
  return child.pid!;
}

/** Ends what a trace tells of. @returns how many processes there were, and which of the given ones are still there */
async function end(trace: unknown, ...pids: readonly number[]) {
  const path = join(folder, "0.program.json");
  writeTrace(path, trace as ProgramTrace);
  const ended = await endTracedProgram(path);
  return { ended, left: pids.filter((pid) => readProcess(pid) !== undefined), isKept: existsSync(path) };
}

describe.runIf(process.platform === "linux")("a trace", () => {
  test("ends the program by its number and start", async () => {
    const trace = newTrace();
    const pid = await start();
    expect(await end(traceOf(trace, pid), pid)).toEqual({ ended: 1, left: [], isKept: false });
  });

  test("leaves another process alone that has the number by now", async () => {
    const trace = newTrace();
    const pid = await start();
    const earlier = { ...traceOf(trace, pid), start: "1" };
    expect(await end(earlier, pid)).toEqual({ ended: 0, left: [pid], isKept: false });
  });

  test("ends what has the mark, written before the program had a number", async () => {
    const trace = newTrace();
    const [marked, other] = [await start({ [markVariable]: trace.mark }), await start()];
    expect(await end(trace, marked, other)).toEqual({ ended: 1, left: [other], isKept: false });
  });

  test("of another machine is left to it", async () => {
    const trace = { ...newTrace(), host: "elsewhere.invalid" };
    const pid = await start({ [markVariable]: trace.mark });
    expect(await end(trace, pid)).toEqual({ ended: 0, left: [pid], isKept: true });
  });

  test.each(["", "{", "[]", "null", `{"host": "x"}`, `{"mark": ""}`])(
    "that is none, %j, ends nothing",
    async (text) => {
      const path = join(folder, "0.program.json");
      await writeFile(path, text);
      expect(await endTracedProgram(path)).toBe(0);
    },
  );
});
