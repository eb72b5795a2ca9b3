/**
 * Power cuts that drop all that was not synced, which kill -9 does not: the system keeps what a dead process wrote. Only here
 * a store that syncs too little is told from one that does not.
 */
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { TrialFiles } from "../../src/app/worker/trial-files.ts";
import { RandomStream, toSeed } from "../../src/base/index.ts";
import { openStorage } from "../../src/search/storage/index.ts";
import { createAcknowledgedStudy } from "./acknowledged-study.ts";
import { acknowledgedStudy, type Acknowledgement } from "./acknowledgement.ts";
import { versionOf } from "./checkpoint-bytes.ts";
import { findViolations } from "./invariants.ts";
import { canCutPower, PowerCutDisk } from "./power-cut/power-cut-disk.ts";
import { startProgram } from "./programs/start-program.ts";
import { writeUntilKilled } from "./write-until-killed.ts";

const cuts = 20;
const moments = new RandomStream(toSeed(10), "cut-after");

interface PowerLoss {
  readonly acknowledged: number;
  /** Of the first cut that had any. */
  readonly violations: readonly string[];
}

async function cutWhileWriting(program: string, pragma: string): Promise<PowerLoss> {
  const disk = new PowerCutDisk();
  const store = join(disk.folder, "store");
  await createAcknowledgedStudy(store);
  const acknowledged: Acknowledgement[] = [];
  for (let cut = 1; ; cut++) {
    const writer = startProgram(program, [store, `writer-${cut}`, pragma], disk.environment);
    acknowledged.push(...(await writeUntilKilled(writer, moments.integerBelow(60, cut))));
    disk.cut();
    const storage = await openStorage(store, { create: false });
    const violations = await findViolations(storage, acknowledged, { canLoseClaims: true, isThorough: true });
    const { id } = await storage.getStudy(acknowledgedStudy);
    await storage.releaseWorker(id, `writer-${cut}`, 0);
    await storage.close();
    if (violations.length > 0 || cut === cuts) return { acknowledged: acknowledged.length, violations };
  }
}

interface WrittenCheckpoint {
  readonly trial: number;
  readonly version: number;
}

async function cutWhileCheckpointing(...options: readonly string[]): Promise<PowerLoss> {
  const disk = new PowerCutDisk();
  const files = new TrialFiles(disk.folder, { kind: "checkpoints", study: "fixture" });
  let acknowledged = 0;
  for (let cut = 1; ; cut++) {
    const writing = [disk.folder, String(1000 * cut), ...options];
    const writer = startProgram("write-checkpoints", writing, disk.environment);
    const written = await writeUntilKilled<WrittenCheckpoint>(writer, 1 + moments.integerBelow(30, cut));
    disk.cut();
    acknowledged += written.length;
    const violations: string[] = [];
    for (const [trial, versions] of Map.groupBy(written, (one) => one.trial)) {
      const bytes = await files.read(trial);
      const found =
        bytes === undefined ? "none" : (versionOf(trial, bytes) ?? `half of one, ${bytes.length} bytes`);
      const { version } = versions.at(-1)!;
      // The write that the cut interrupted may have been done.
      if (typeof found === "number" && found >= version) continue;
      violations.push(`checkpoint ${trial}: version ${version} was acknowledged, and ${found} is there`);
    }
    if (violations.length > 0 || cut === cuts) return { acknowledged, violations };
  }
}

describe.skipIf(!canCutPower())("a power cut", { timeout: 300_000 }, () => {
  it.each([
    { when: "at any moment", program: "write-and-acknowledge" },
    // By default the log is copied into the database after 1000 pages, which these writers hardly reach.
    {
      when: "while its log is being copied",
      program: "write-with-pragma",
      pragma: "wal_autocheckpoint = 8",
    },
  ])(
    "$when takes from a store nothing that was acknowledged but claims",
    async ({ when, program, pragma = "" }) => {
      const { acknowledged, violations } = await cutWhileWriting(program, pragma);
      console.info(
        `SQLite: ${cuts} power cuts ${when}, ${acknowledged} writes acknowledged, ${violations.length} violations`,
      );
      expect(violations).toEqual([]);
      expect(acknowledged).toBeGreaterThan(cuts);
    },
  );

  it("would take from a store whose log is not synced", async () => {
    const { violations } = await cutWhileWriting("write-unsynced-log", "");
    expect(violations).toContainEqual(expect.stringMatching(/was acknowledged, and/));
  });

  it("leaves a store that was just created, in folders that were just created, with its study", async () => {
    const disk = new PowerCutDisk();
    const store = join(disk.folder, "new", "store");
    expect(await writeUntilKilled(startProgram("create-study", [store], disk.environment), 1)).toEqual([
      "created",
    ]);
    disk.cut();
    const storage = await openStorage(store, { create: false });
    expect(await storage.listStudies()).toHaveLength(1);
    await storage.close();
  });

  it("leaves every acknowledged checkpoint whole", async () => {
    const { acknowledged, violations } = await cutWhileCheckpointing();
    console.info(
      `checkpoints: ${cuts} power cuts, ${acknowledged} acknowledged, ${violations.length} violations`,
    );
    expect(violations).toEqual([]);
  });

  it("would take checkpoints whose files are not synced", async () => {
    const { violations } = await cutWhileCheckpointing("unsynced");
    expect(violations).toContainEqual(expect.stringMatching(/was acknowledged, and/));
  });
});
