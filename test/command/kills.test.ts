/** Programs whose worker, or the whole of Tunesmith, is killed by SIGKILL: none may outlive its trial unnoticed. */
import { existsSync, readFileSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { CliFolder, type TrialsJson } from "../cli/command-line.ts";

let place: CliFolder;

beforeAll(async () => {
  place = await CliFolder.create();
  await place.write("lasting.mjs", lasting);
});

afterAll(() => place.remove());

/**
 * In its first attempt it starts a process in a session of its own, notes all numbers and goes on for ever; in its second it
 * notes which of those are still there.
 */
const lasting = `
import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync, renameSync } from "node:fs";
import { join } from "node:path";
const isAlive = (pid) => {
  try { return !/^State:\\s+Z/m.test(readFileSync("/proc/" + pid + "/status", "utf8")); } catch { return false; }
};
const notes = join(process.env.TUNESMITH_FOLDER, "pids");
if (existsSync(notes)) {
  const pids = JSON.parse(readFileSync(notes, "utf8"));
  console.log(JSON.stringify({ loss: pids.filter(isAlive).length, attempt: Number(process.env.TUNESMITH_ATTEMPT) }));
} else {
  const idle = ["-e", "setInterval(() => {}, 1000)"];
  const daemon = spawn(process.execPath, idle, { detached: true, stdio: "ignore" });
  const child = spawn(process.execPath, idle, { stdio: "ignore" });
  writeFileSync(notes + ".new", JSON.stringify([process.pid, daemon.pid, child.pid]));
  renameSync(notes + ".new", notes);
  process.on("SIGTERM", () => {});
  setInterval(() => {}, 1000);
}
`;

const study = (name: string) => `study: ${name}
command: { program: lasting.mjs }
search: { method: grid, metric: { name: loss, goal: minimize }, parameters: { a: { value: 1 } } }
`;

async function whenWritten(path: string): Promise<string> {
  while (!existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 20));
  return readFile(path, "utf8");
}

/** The number of a process's parent. */
function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]);
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

const trialOf = async (name: string) => (await place.json<TrialsJson>("trials", name)).trials[0]!;

describe.runIf(process.platform === "linux")("a program", () => {
  test("is ended with all its processes when its worker is killed, and its trial is run again", async () => {
    await place.write("worker.yaml", study("worker"));
    const run = place.start("run", "worker.yaml", "--workers", "1");
    const [program] = JSON.parse(
      await whenWritten(join(place.store, "commands", "worker", "0", "pids")),
    ) as number[];
    process.kill(parentOf(program!), "SIGKILL");
    expect(await run.finished).toMatchObject({
      status: 0,
      stderr: expect.stringContaining("worker 1 was lost (signal SIGKILL); its trial goes back.") as unknown,
    });
    const { state, objective, metrics } = await trialOf("worker");
    expect({ state, objective, attempt: metrics["attempt"]?.last }).toEqual({
      state: "completed",
      objective: 0,
      attempt: 2,
    });
  });

  test("that outlived everything is ended by whoever takes its trial up", async () => {
    await place.write("all.yaml", study("all"));
    const run = place.start("run", "all.yaml", "--workers", "1");
    const pids = JSON.parse(await whenWritten(join(place.store, "commands", "all", "0", "pids"))) as number[];
    const worker = parentOf(pids[0]!);
    // The parent first: it would end the program when it sees its worker die.
    run.child.kill("SIGSTOP");
    process.kill(worker, "SIGKILL");
    run.child.kill("SIGKILL");
    await run.finished;
    expect(pids.map(isAlive)).toEqual([true, true, true]);
    const trace = join(place.store, "commands", "all", "0.program.json");
    expect(JSON.parse(await readFile(trace, "utf8"))).toMatchObject({ pid: pids[0] });
    expect(await place.run("resume", "all", "--workers", "1")).toMatchObject({ status: 0 });
    expect(pids.map(isAlive)).toEqual([false, false, false]);
    expect(await trialOf("all")).toMatchObject({ state: "completed", objective: 0 });
    expect(existsSync(trace)).toBe(false);
  });

  test("of two gigabytes of output leaves little of it in memory and on the disk", async () => {
    await place.write(
      "loud.mjs",
      `import { readFileSync } from "node:fs";
const line = Buffer.alloc(1_000_000, "x");
line[999_999] = 10;
for (let i = 0; i < 2000; i++) if (!process.stdout.write(line)) await new Promise((go) => process.stdout.once("drain", go));
const [, peak] = /^VmHWM:\\s+(\\d+) kB$/m.exec(readFileSync("/proc/" + process.ppid + "/status", "utf8"));
console.log(JSON.stringify({ loss: Number(peak) * 1024 }));
`,
    );
    await place.write("loud.yaml", study("loud").replace("lasting", "loud"));
    expect(await place.run("run", "loud.yaml", "--workers", "1")).toMatchObject({ status: 0 });
    const { objective } = await trialOf("loud");
    expect(objective).toBeGreaterThan(0);
    expect(objective).toBeLessThan(400e6);
    expect((await stat(join(place.store, "logs", "loud", "0.log"))).size).toBeLessThan(8.2e6);
  });
});
