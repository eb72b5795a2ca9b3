/**
 * A worker's name tells its machine, its process and when that process began: `host:pid:start`. So a process that comes
 * later on the same machine can tell that the worker is dead, even when another process has its number by now.
 */
import { readFileSync } from "node:fs";
import { hostname } from "node:os";

/** @param pid of a process on this machine. */
export function workerName(pid: number): string {
  return `${hostname()}:${pid}:${processStart(pid)}`;
}

/** The machine in a worker's name; the name itself when it is of another kind. */
export function hostOf(worker: string): string {
  return /^(.*):\d+:[^:]+$/.exec(worker)?.[1] ?? worker;
}

/** True only when the worker ran on this machine and its process is gone; of other machines nothing is known. */
export function isKnownDead(worker: string): boolean {
  const [, host, pidText, start] = /^(.*):(\d+):([^:]+)$/.exec(worker) ?? [];
  if (host !== hostname() || pidText === undefined) return false;
  const pid = Number(pidText);
  return !isAlive(pid) || (start !== unknownStart && processStart(pid) !== start);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: the process is there and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

const unknownStart = "0";

/** Clock ticks from the machine's start to the process's, where /proc tells them. A zombie has ended. */
function processStart(pid: number): string {
  try {
    // The name of the program stands in parentheses and may hold anything; the state is field 3, the start field 22.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return fields[0] === "Z" ? "ended" : (fields[19] ?? unknownStart);
  } catch {
    return unknownStart;
  }
}
