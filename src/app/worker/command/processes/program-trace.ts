/**
 * What finds a program's processes again when the worker that started them is gone: the number and start of the program, and a
 * mark in the environment of all that it starts, which also finds what has left its process group.
 *
 * The trace is written beside the trial's folder, not into it, where the program may clear up. It is there before the program is,
 * so that no crash comes between the two, and is taken away when all processes have ended.
 */
import { randomBytes } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { setTimeout as wait } from "node:timers/promises";

import { familyOf, hasInEnvironment, listProcesses, readProcess, ticksNow } from "./process-table.ts";

export interface ProgramTrace {
  readonly host: string;
  readonly mark: string;
  /** Clock ticks from the machine's start: what has begun before is not the program's. 0 where it is not known. */
  readonly since: number;
  /** Null while it is being started. */
  readonly pid: number | null;
  /** Of the process, so that another one of the same number is not taken for it; null where it is not known. */
  readonly start: string | null;
}

/** The variable that holds the mark. */
export const markVariable = "TUNESMITH_PROCESS";

/** For whom the kernel needs to end. */
const pollMs = 10;
const mostPolls = 500;

export function newTrace(): ProgramTrace {
  return {
    host: hostname(),
    mark: randomBytes(16).toString("hex"),
    since: ticksNow(),
    pid: null,
    start: null,
  };
}

/** The trace of a program that has just been started. */
export function traceOf(trace: ProgramTrace, pid: number): ProgramTrace {
  return { ...trace, pid, start: readProcess(pid)?.start ?? null };
}

export function writeTrace(path: string, trace: ProgramTrace): void {
  writeFileSync(path, `${JSON.stringify(trace)}\n`);
}

export function removeTrace(path: string): void {
  rmSync(path, { force: true });
}

/**
 * Ends at once what is left of a program, and waits until it is gone. Nothing is done about another machine's.
 *
 * @returns how many processes there were
 */
export async function endProgram(trace: ProgramTrace): Promise<number> {
  const ended = new Set<number>();
  for (let poll = 0; poll < mostPolls; poll++) {
    const left = killProgram(trace);
    if (left.length === 0) break;
    for (const pid of left) ended.add(pid);
    await wait(pollMs);
  }
  return ended.size;
}

/** The same of a trace in a file, which is taken away. Where there is no /proc, nothing tells whose a number is by now. */
export async function endTracedProgram(path: string): Promise<number> {
  const trace = readTrace(path);
  if (trace === undefined || trace.host !== hostname() || process.platform !== "linux") return 0;
  const ended = await endProgram(trace);
  removeTrace(path);
  return ended;
}

/** Kills what is there now. @returns the numbers of the processes */
export function killProgram(trace: ProgramTrace): number[] {
  const pids = processesOf(trace);
  const groups = process.platform === "linux" || trace.pid === null ? [] : [-trace.pid];
  for (const pid of [...pids, ...groups]) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended meanwhile.
    }
  }
  return pids;
}

function processesOf({ host, mark, since, pid, start }: ProgramTrace): number[] {
  if (host !== hostname()) return [];
  const all = listProcesses().filter((one) => Number(one.start) >= since);
  const isProgram =
    pid !== null && start !== null && all.some((one) => one.pid === pid && one.start === start);
  const family = new Set(isProgram ? familyOf(pid, all).map((one) => one.pid) : []);
  const text = `${markVariable}=${mark}`;
  return all
    .map((one) => one.pid)
    .filter((one) => one !== process.pid && (family.has(one) || hasInEnvironment(one, text)));
}

/** Undefined for what is no trace: the program could write there. */
function readTrace(path: string): ProgramTrace | undefined {
  try {
    const { host, mark, since, pid, start } = JSON.parse(readFileSync(path, "utf8")) as Readonly<
      Record<string, unknown>
    >;
    if (typeof host !== "string" || typeof mark !== "string" || !/^[0-9a-f]{32}$/.test(mark))
      return undefined;
    const isProcess = typeof pid === "number" && Number.isSafeInteger(pid) && pid > 1;
    return {
      host,
      mark,
      since: typeof since === "number" ? since : 0,
      pid: isProcess ? pid : null,
      start: typeof start === "string" ? start : null,
    };
  } catch {
    return undefined;
  }
}
