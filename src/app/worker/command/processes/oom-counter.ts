/** How often the kernel has ended a process for want of memory: of this process's control group, or of the whole machine. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** @param root where `proc` and `sys` are; another one in tests. @returns undefined where the kernel does not tell */
export function readOomKills(root = "/"): number | undefined {
  const counts = [groupKills(root), machineKills(root)].filter((count) => count !== undefined);
  return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0);
}

function groupKills(root: string): number | undefined {
  const groups = read(join(root, "proc/self/cgroup")) ?? "";
  const unified = /^0::(.*)$/m.exec(groups)?.[1];
  const own = /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(.*)$/m.exec(groups)?.[1];
  // In a container the group's own folder is the top one.
  const files = [
    ...(unified === undefined ? [] : [join("sys/fs/cgroup", unified, "memory.events")]),
    "sys/fs/cgroup/memory.events",
    ...(own === undefined ? [] : [join("sys/fs/cgroup/memory", own, "memory.oom_control")]),
    "sys/fs/cgroup/memory/memory.oom_control",
  ];
  for (const file of files) {
    const count = numberAfter("oom_kill", read(join(root, file)));
    if (count !== undefined) return count;
  }
  return undefined;
}

function machineKills(root: string): number | undefined {
  return numberAfter("oom_kill", read(join(root, "proc/vmstat")));
}

function numberAfter(name: string, text: string | undefined): number | undefined {
  const [, digits] = new RegExp(`^${name} (\\d+)$`, "m").exec(text ?? "") ?? [];
  return digits === undefined ? undefined : Number(digits);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
