import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { expect, test } from "vitest";

import { failureReason } from "../failure-reason.ts";
import { readOomKills } from "./oom-counter.ts";

test.each<[string, Record<string, string>, number | undefined]>([
  ["nothing", {}, undefined],
  ["the machine alone", { "proc/vmstat": "nr_free_pages 5\noom_kill 2\n" }, 2],
  [
    "a control group of version 2",
    {
      "proc/self/cgroup": "0::/jobs/a\n",
      "proc/vmstat": "oom_kill 1\n",
      "sys/fs/cgroup/jobs/a/memory.events": "low 0\noom 4\noom_kill 3\noom_group_kill 0\n",
      "sys/fs/cgroup/memory.events": "oom_kill 9\n",
    },
    4,
  ],
  ["one in a container", { "proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.events": "oom_kill 9\n" }, 9],
  [
    "one of version 1",
    {
      "proc/self/cgroup": "4:memory:/jobs\n0::/\n",
      "sys/fs/cgroup/memory/jobs/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 5\n",
    },
    5,
  ],
])("the kernel's count is read where %s tells", async (_, files, expected) => {
  const root = await mkdtemp(join(tmpdir(), "tunesmith-oom-"));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
  expect(readOomKills(root)).toBe(expected);
  await rm(root, { recursive: true });
});

const output = { metric: "loss", reported: ["loss"], tail: [], sawOomKill: true };

test.each([
  [{ kind: "signalled", signal: "SIGKILL" }, "out-of-memory"],
  [{ kind: "exited", code: 137 }, "out-of-memory"],
  [{ kind: "signalled", signal: "SIGSEGV" }, "error"],
  [{ kind: "exited", code: 1 }, "error"],
  [{ kind: "exited", code: 0 }, undefined],
] as const)("with a count that has grown, %j is %s", (end, kind) => {
  expect(failureReason(end, output)?.kind).toBe(kind);
});

test.each([
  [127, "its program ended with exit code 127, which says that a command is not there; it printed nothing."],
  [
    126,
    "its program ended with exit code 126, which says that a command is not executable; it printed nothing.",
  ],
])("exit code %i is explained", (code, message) => {
  expect(failureReason({ kind: "exited", code }, { ...output, sawOomKill: false })?.message).toBe(message);
});
