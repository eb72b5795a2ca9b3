import { execFile } from "node:child_process";
import { promisify } from "node:util";

export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  /** Begins with `T` when it is stopped by a signal. @see ps(1) */
  readonly state: string;
}

/** The processes of this machine, without those that have ended and were not yet asked after. */
export async function processTable(): Promise<ProcessRow[]> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid=,stat="]);
  return stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .map(([pid, parent, state]) => ({ pid: Number(pid), parent: Number(parent), state: state! }))
    .filter(({ state }) => !state.startsWith("Z"));
}
