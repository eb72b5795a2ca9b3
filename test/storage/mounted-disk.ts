import { execFileSync, spawnSync } from "node:child_process";

import { onTestFinished } from "vitest";

import { temporaryFolder } from "../../src/testing/temporary-folder.ts";

/** A file system of its own in memory, as small as is asked for. */
export class MountedDisk {
  readonly folder = temporaryFolder();

  constructor(sizeBytes: number) {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${sizeBytes}`, "tmpfs", this.folder]);
    onTestFinished(() => {
      // Lazily: a test that failed may have left files open.
      execFileSync("umount", ["--lazy", this.folder]);
    });
  }

  makeReadOnly(): void {
    execFileSync("mount", ["-o", "remount,ro", this.folder]);
  }
}

/** Whether disks can be mounted here, by trying it out of others' sight; when not, the reason is printed. */
export function canMount(): boolean {
  const attempt = ["--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"];
  if (process.platform === "linux" && spawnSync("unshare", attempt).status === 0) return true;
  console.warn("skipped: disks that are full or read-only, because mounting one takes root on Linux.");
  return false;
}
