/** The equipment that other tests stand on: a server that can be crashed, paused, and never outlives its test. */
import { existsSync } from "node:fs";

import { Client } from "pg";
import { expect, it, onTestFinished, vi } from "vitest";

import { describePostgres } from "../../src/testing/describe-postgres.ts";
import { PostgresServer } from "../../src/testing/postgres-server.ts";
import { processTable } from "../../src/testing/process-table.ts";
import { nextMessage, startProgram } from "./programs/start-program.ts";

async function connect(url: string): Promise<Client> {
  const client = new Client(url);
  client.on("error", () => undefined);
  await client.connect();
  onTestFinished(() => client.end().catch(() => undefined));
  return client;
}

/** The values of the first row. */
async function first(client: Client, sql: string): Promise<unknown[]> {
  const { rows } = await client.query<unknown[]>({ text: sql, rowMode: "array" });
  return rows[0]!;
}

describePostgres("a PostgreSQL for tests", (server) => {
  it("syncs what it commits, knows all characters, and lets many in", async () => {
    const client = await connect(await server.createDatabase());
    const settings = ["fsync", "synchronous_commit", "server_encoding", "max_connections"];
    const values = settings.map((name) => `current_setting('${name}')`).join(", ");
    expect(await first(client, `SELECT ${values}`)).toEqual(["on", "on", "UTF8", "200"]);
  });

  it("gives each test a database of its own, eight at the same moment", async () => {
    const urls = await Promise.all(Array.from({ length: 8 }, () => server.createDatabase()));
    expect(new Set(urls).size).toBe(8);
    for (const url of urls) await (await connect(url)).query("CREATE TABLE song (name text)");
  });

  it("refuses a wrong password", async () => {
    const url = new URL(server.url());
    url.password = "wrong";
    await expect(connect(url.href)).rejects.toMatchObject({ code: "28P01" });
  });

  it("has what it acknowledged after a crash, on the same port", async () => {
    const url = await server.createDatabase();
    const client = await connect(url);
    await client.query("CREATE TABLE song (name text)");
    for (let round = 1; round <= 3; round++) {
      const writer = await connect(url);
      await writer.query("INSERT INTO song VALUES ('one more')");
      await server.kill();
      await expect(connect(url)).rejects.toMatchObject({ code: "ECONNREFUSED" });
      await server.start();
      expect(await first(await connect(url), "SELECT count(*)::integer FROM song")).toEqual([round]);
    }
  });

  it.each(["fast", "immediate"] as const)("starts again after a stop that is %s", async (mode) => {
    const url = await server.createDatabase();
    await server.stop(mode);
    await expect(connect(url)).rejects.toMatchObject({ code: "ECONNREFUSED" });
    await server.start();
    expect(await first(await connect(url), "SELECT 1")).toEqual([1]);
  });

  it("answers nothing while it is paused, and what was asked meanwhile afterwards", async () => {
    const client = await connect(await server.createDatabase());
    await server.pause();
    const processes = (await processTable()).filter((row) => [row.pid, row.parent].includes(server.pid));
    // The lists of `ps` itself and of this process are others.
    expect(processes.length).toBeGreaterThan(3);
    expect(processes.map(({ state }) => state[0])).toEqual(processes.map(() => "T"));
    const answer = first(client, "SELECT 1");
    await server.resume();
    expect(await answer).toEqual([1]);
  });

  it("ends with the process that started it, though that is killed; the next server removes its folder", async () => {
    const program = startProgram("hold-postgres");
    const { pid, folder } = (await nextMessage(program)) as { pid: number; folder: string };
    expect(existsSync(folder)).toBe(true);
    program.kill("SIGKILL");
    await vi.waitUntil(async () => !(await processTable()).some((row) => row.pid === pid), {
      timeout: 30_000,
    });
    const next = new PostgresServer();
    await next.start();
    await next.remove();
    expect(existsSync(folder)).toBe(false);
  });
});
