/** What people read when a store on PostgreSQL cannot be used, and that no password is in it. */
import { inspect } from "node:util";

import { Client } from "pg";
import { expect, it, onTestFinished } from "vitest";

import { TunesmithError } from "../../src/base/index.ts";
import { describeServer, openStorage, PostgresStorage } from "../../src/search/storage/index.ts";
import { describePostgres } from "../../src/testing/describe-postgres.ts";
import { freeLoopbackPort } from "../../src/testing/free-loopback-port.ts";
import { claim, newTrial, point } from "../../src/testing/storage-fixture.ts";
import { studyFixture } from "../../src/testing/study-fixture.ts";

async function run(url: string, sql: string): Promise<void> {
  const client = new Client(url);
  await client.connect();
  await client.query(sql);
  await client.end();
}

const withoutPassword = (url: string) => url.replace(/:[^:@/]+@/, "@");

/** The error, of which nothing holds the password that every URL here has. */
async function refusal(work: Promise<unknown>, password: string): Promise<TunesmithError> {
  const error: unknown = await work.then(
    () => {
      throw new Error("expected an error, got none");
    },
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(TunesmithError);
  const told = error as TunesmithError;
  expect(inspect(told, { depth: 9, showHidden: true }) + JSON.stringify(told)).not.toContain(password);
  return told;
}

describePostgres("a store on PostgreSQL that cannot be used", (server) => {
  const password = () => new URL(server.url()).password;

  /** @param change what is wrong with the URL */
  async function refusedUrl(change: (url: URL) => void): Promise<{ error: TunesmithError; url: string }> {
    const url = new URL(await server.createDatabase());
    change(url);
    const error = await refusal(openStorage(url.href), url.password);
    expect(error.message).toContain(`store \`${withoutPassword(url.href)}\`: `);
    return { error, url: url.href };
  }

  it("by a wrong password", async () => {
    const { error } = await refusedUrl((url) => (url.password = "wrong-password"));
    expect(error).toMatchObject({
      code: "STORE_UNUSABLE",
      isRetryable: false,
      message: expect.stringContaining(
        'the server must accept user and password, got a refusal (28P01: password authentication failed for user "tunesmith").',
      ),
      hint: expect.stringContaining("PGPASSWORD"),
    });
  });

  it("by a database that does not exist", async () => {
    const { error } = await refusedUrl((url) => (url.pathname = "/nowhere"));
    expect(error).toMatchObject({ code: "STORE_UNUSABLE", isRetryable: false });
    expect(error.message).toContain('got none of that name (3D000: database "nowhere" does not exist).');
  });

  it("by a port where nobody listens", async () => {
    const port = await freeLoopbackPort();
    const { error } = await refusedUrl((url) => (url.port = String(port)));
    expect(error).toMatchObject({ code: "STORE_UNUSABLE", isRetryable: true });
    expect(error.message).toContain("a server must listen there, got none (ECONNREFUSED).");
  });

  it("by a host that nobody knows", async () => {
    const { error } = await refusedUrl((url) => (url.hostname = "nowhere.invalid"));
    expect(error.code).toBe("STORE_UNUSABLE");
    expect(error.message).toMatch(/(ENOTFOUND|EAI_AGAIN)/);
  });

  it("by a password that is missing", async () => {
    const url = new URL(await server.createDatabase());
    const given = url.password;
    url.password = "";
    const error = await refusal(openStorage(url.href), given);
    expect(error.message).toContain("the server asks for a password, got none.");
  });

  it("by encryption that the server does not have", async () => {
    const url = new URL(await server.createDatabase());
    url.search = "?sslmode=verify-full";
    const error = await refusal(openStorage(url.href), url.password);
    expect(error).toMatchObject({ code: "STORE_UNUSABLE", isRetryable: false });
    expect(error.message).toContain("the connection must be encrypted as the URL asks for");
  });

  it("by a user who may not make it", async () => {
    const url = new URL(await server.createDatabase());
    await run(url.href, "CREATE ROLE guest LOGIN PASSWORD 'guest-password'");
    url.username = "guest";
    url.password = "guest-password";
    const error = await refusal(openStorage(url.href), "guest-password");
    expect(error).toMatchObject({ code: "STORE_UNUSABLE", isRetryable: false });
    expect(error.message).toMatch(/got no permission \(42501: permission denied for database test_\d+\)\.$/);
    await (await openStorage(await adminOf(url))).close();
    const other = await refusal(openStorage(url.href), "guest-password");
    expect(other.message).toContain("(42501: permission denied for schema tunesmith).");
  });

  async function adminOf(url: URL): Promise<string> {
    const admin = new URL(server.url());
    admin.pathname = url.pathname;
    return admin.href;
  }

  it("by a server that only reads", async () => {
    const url = await server.createDatabase();
    await (await PostgresStorage.open(url)).close();
    await run(url, `ALTER DATABASE ${new URL(url).pathname.slice(1)} SET default_transaction_read_only = on`);
    const storage = await PostgresStorage.open(url);
    onTestFinished(() => storage.close());
    expect(await storage.listStudies()).toEqual([]);
    const error = await refusal(storage.createStudy(studyFixture(), 0), password());
    expect(error).toMatchObject({ code: "STORE_UNUSABLE", isRetryable: false });
    expect(error.message).toContain("the database must take writes, got one that is read-only (25006: ");
  });

  it("by an empty database that is to be read", async () => {
    const url = await server.createDatabase();
    const error = await refusal(openStorage(url, { create: false }), password());
    expect(error.message).toContain("the store must exist, got a database without one.");
    await (await openStorage(url)).close();
    await (await openStorage(url, { create: false })).close();
  });

  it("by a schema of that name with tables of something else, which stays as it was", async () => {
    const url = await server.createDatabase();
    await run(url, "CREATE SCHEMA tunesmith; CREATE TABLE tunesmith.song (name text)");
    const error = await refusal(openStorage(url), password());
    expect(error.message).toContain("must be a store, got one with tables of something else.");
    await run(url, "INSERT INTO tunesmith.song VALUES ('still here')");
  });

  it("by a store of which tables are missing", async () => {
    const url = await server.createDatabase();
    await (await openStorage(url)).close();
    await run(url, "DROP TABLE tunesmith.series");
    const error = await refusal(openStorage(url), password());
    expect(error.message).toContain("the store must be whole, got one with 12 of its 13 tables.");
    await run(url, "DELETE FROM tunesmith.store");
    expect((await refusal(openStorage(url), password())).message).toContain("got one with no version.");
  });

  it("by a store that a newer version wrote, also while it is open", async () => {
    const url = await server.createDatabase();
    const storage = await PostgresStorage.open(url);
    onTestFinished(() => storage.close());
    await storage.createStudy(studyFixture(), 0);
    await run(url, "UPDATE tunesmith.store SET version = 99");
    for (const work of [() => openStorage(url), () => storage.getStudy("fixture")]) {
      const error = await refusal(work(), password());
      expect(error.code).toBe("STORE_TOO_NEW");
      expect(error.message).toContain("reads schema versions up to 1, got version 99.");
    }
  });

  it("for a moment: by a server that stops, and by one whose connections are all taken", async () => {
    const url = await server.createDatabase();
    const storage = await PostgresStorage.open(url);
    onTestFinished(() => storage.close());
    await server.stop();
    const stopped = await refusal(storage.listStudies(), password());
    expect(stopped).toMatchObject({ code: "STORE_UNUSABLE", isRetryable: true });
    await server.start();
    expect(await storage.listStudies()).toEqual([]);
    await run(url, "CREATE ROLE few LOGIN PASSWORD 'few-password' CONNECTION LIMIT 0");
    const few = new URL(url);
    few.username = "few";
    few.password = "few-password";
    const full = await refusal(openStorage(few.href), "few-password");
    expect(full).toMatchObject({ code: "STORE_UNUSABLE", isRetryable: true });
    expect(full.message).toContain("the server must have a free connection, got none (53300: ");
  });

  it("for a moment: by somebody who holds a lock", async () => {
    const url = await server.createDatabase();
    const storage = await PostgresStorage.open(url);
    onTestFinished(() => storage.close());
    const { id } = await storage.createStudy(studyFixture(), 0);
    const holder = new Client(url);
    await holder.connect();
    await holder.query("BEGIN; SELECT FROM tunesmith.study FOR UPDATE");
    const waiting = refusal(storage.setStopRequested(id, true, 0), password());
    expect(await waiting).toMatchObject({ code: "STORE_UNUSABLE", isRetryable: true });
    await holder.end();
    await storage.setStopRequested(id, true, 0);
    expect((await storage.getStudy("fixture")).stopRequested).toBe(true);
  });

  it("not at all: its server tells its version and how far it is", async () => {
    const { version, roundTripMs } = await describeServer(server.url());
    expect(version).toMatch(/^\d+/);
    expect(roundTripMs).toBeGreaterThan(0);
    const wrong = server.url().replace(password(), "wrong-password");
    expect(await refusal(describeServer(wrong), "wrong-password")).toMatchObject({ code: "STORE_UNUSABLE" });
  });

  it("by no text with the character 0, which is refused or kept", async () => {
    const storage = await PostgresStorage.open(await server.createDatabase());
    onTestFinished(() => storage.close());
    const description = "\u0000 and a half of a pair: \ud83d";
    const { id, definition } = await storage.createStudy(studyFixture({ description }), 0);
    expect(definition.description).toBe(description);
    expect((await storage.getStudy("fixture")).definition.description).toBe(description);
    const trial = (await storage.createTrial(id, newTrial(0), claim))!;
    for (const metric of ["a\u0000b", "a\ud83d"]) {
      const write = storage.appendObservations(
        { trialId: trial.id, attempt: 1 },
        [point(1, 1, metric)],
        1000,
      );
      const error = await refusal(write, password());
      expect(error).toMatchObject({ code: "INVALID_USAGE" });
    }
    const claimed = storage.createTrial(id, newTrial(1), { ...claim, worker: "a\u0000b" });
    expect(await refusal(claimed, password())).toMatchObject({ code: "INVALID_USAGE" });
  });
});
