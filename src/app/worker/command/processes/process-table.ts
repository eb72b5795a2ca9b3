/** The processes of this machine as Linux's /proc tells of them; elsewhere nothing is known. */
import { readdirSync, readFileSync } from "node:fs";

export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Clock ticks from the machine's start. */
  readonly start: string;
  readonly residentBytes: number;
}

/** Of every Linux that Node runs on with pages of the usual size; where pages are larger, memory is under-counted. */
const pageBytes = 4096;

/** What Linux shows to programs counts so, whatever the kernel's own tick is. */
const ticksPerSecond = 100;

/** All that have not ended. */
export function listProcesses(): ProcessEntry[] {
  let names: readonly string[];
  try {
    names = readdirSync("/proc");
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const entry = /^\d+$/.test(name) ? readProcess(Number(name)) : undefined;
    return entry === undefined ? [] : [entry];
  });
}

/** Undefined of one that has ended, a zombie among them. */
export function readProcess(pid: number): ProcessEntry | undefined {
  const text = readProc(pid, "stat");
  // The name of the program stands in parentheses and may hold anything; what follows begins with field 3.
  const fields = text?.replace(/^.*\) /s, "").split(" ");
  if (fields === undefined || fields[0] === "Z" || fields[0] === "X") return undefined;
  return {
    pid,
    parent: Number(fields[1]),
    group: Number(fields[2]),
    session: Number(fields[3]),
    start: fields[19] ?? "0",
    residentBytes: Number(fields[21]) * pageBytes,
  };
}

/** Since the machine's start, in the unit of a process's; 0 where it is not told. */
export function ticksNow(): number {
  try {
    return Math.floor(Number.parseFloat(readFileSync("/proc/uptime", "latin1")) * ticksPerSecond);
  } catch {
    return 0;
  }
}

/** True of a process in whose environment the text stands, and of those that it started. */
export function hasInEnvironment(pid: number, text: string): boolean {
  return readProc(pid, "environ")?.includes(text) === true;
}

/** What the process has of memory for itself, with its share of what it shares; undefined where it is not told. */
export function proportionalBytes(pid: number): number | undefined {
  const [, kilobytes] = /^Pss:\s+(\d+) kB$/m.exec(readProc(pid, "smaps_rollup") ?? "") ?? [];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1");
  } catch {
    return undefined;
  }
}

/** The process and whatever belongs to it: by its group, its session, or its parents. */
export function familyOf(root: number, all: readonly ProcessEntry[] = listProcesses()): ProcessEntry[] {
  const family = new Set([root]);
  let before = 0;
  while (family.size > before) {
    before = family.size;
    for (const { pid, parent, group, session } of all) {
      if (family.has(parent) || group === root || session === root) family.add(pid);
    }
  }
  return all.filter(({ pid }) => family.has(pid));
}
