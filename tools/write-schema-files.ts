/**
 * Writes what test/migration/ compares with, for SQLite and for PostgreSQL: the text of the current schema, and one real store
 * of the current schema version. The store of a released version is kept for ever, so one that is there is not written
 * again: delete it only while its version is not released yet.
 *
 *     node tools/write-schema-files.ts
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { Client } from "pg";

import { PostgresStorage, SqliteStorage, type Storage } from "../src/search/storage/index.ts";
import { describeSchema as describePostgres } from "../src/search/storage/postgres/describe-schema.ts";
import { latestSchemaVersion as latestOfPostgres } from "../src/search/storage/postgres/schema.ts";
import { describeSchema, latestSchemaVersion } from "../src/search/storage/sqlite/schema.ts";
import { openConnection, storeFileName } from "../src/search/storage/sqlite/connection.ts";
import { Study } from "../src/search/study/index.ts";
import { PostgresServer } from "../src/testing/postgres-server.ts";
import { SimulatedClock } from "../src/testing/simulated-clock.ts";
import { openingFixture, resultFixture, studyFixture } from "../src/testing/study-fixture.ts";

const target = fileURLToPath(new URL("../test/migration/", import.meta.url));
await writeSqlite();
await writePostgres();

async function writeSqlite(): Promise<void> {
  const folder = mkdtempSync(join(target, "new-"));
  try {
    await fillStore(await SqliteStorage.open(folder));
    const connection = openConnection(folder);
    writeFileSync(join(target, "schema.sql"), describeSchema(connection));
    connection.close();
    const store = join(target, `schema-${latestSchemaVersion}.db`);
    if (!existsSync(store)) renameSync(join(folder, storeFileName), store);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function writePostgres(): Promise<void> {
  const server = new PostgresServer();
  try {
    await server.start();
    const url = await server.createDatabase();
    await fillStore(await PostgresStorage.open(url));
    const client = new Client(url);
    await client.connect();
    writeFileSync(join(target, "postgres", "schema.txt"), await describePostgres(client));
    await client.end();
    const store = join(target, "postgres", `schema-${latestOfPostgres}.sql`);
    if (!existsSync(store)) writeFileSync(store, dump(url));
  } finally {
    await server.remove();
  }
}

/** What a client can run without knowing the commands of `psql`; nothing in it tells when or by which version it was made. */
function dump(url: string): string {
  const given = ["--schema=tunesmith", "--inserts", "--no-owner", "--no-privileges"];
  const text = execFileSync("pg_dump", [...given, url], { encoding: "utf8" });
  const kept = text.split("\n").filter((line) => line !== "" && !/^(--|\\)/.test(line));
  return `${kept.join("\n")}\n`;
}

/** One trial in every state that can be reached, with values that are awkward to store. */
async function fillStore(storage: Storage): Promise<void> {
  const clock = new SimulatedClock(1_700_000_000_000);
  const study = await Study.create({
    storage,
    clock,
    definition: studyFixture({ name: "kept", maxTrials: 6 }),
  });
  for (const end of ["complete", "stop", "fail", "handBack", "run"] as const) {
    const trial = (await study.claim(`worker of ${end}`))!;
    const lease = { trialId: trial.id, attempt: trial.attempt };
    clock.advance(1000);
    const point = (metric: string, step: number, value: number) => ({
      metric,
      step,
      time: clock.now(),
      value,
    });
    await study.report(lease, [point("validation/accuracy", 1, 0.25), point("train/loss", 1, Number.NaN)]);
    await study.report(lease, [
      point("validation/accuracy", 2, 0.75),
      point("train/loss", 2, Number.POSITIVE_INFINITY),
    ]);
    if (end === "complete") await study.complete(lease, { result: resultFixture });
    if (end === "fail")
      await study.fail(lease, { reason: { kind: "diverged", message: "loss is NaN at step 1" } });
    if (end === "stop") {
      const reason = { kind: "scheduler", message: "rung 1: rank 7 of 12", facts: { rung: 1 } } as const;
      const outcome = { state: "stopped", objectiveValue: 0.75, result: null, reason } as const;
      await storage.finishAttempt(lease, outcome, { now: clock.now() });
    }
    // Handed back last, so that the next claim does not take it up again.
    if (end === "run") await study.handBack({ trialId: (trial.id - 1) as typeof trial.id, attempt: 1 });
  }
  await storage.recordTestOpening(study.record.id, openingFixture());
  await storage.close();
}
