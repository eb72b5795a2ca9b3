import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { Client } from "pg";
import { expect, it } from "vitest";

import { PostgresStorage } from "../../src/search/storage/index.ts";
import { describeSchema } from "../../src/search/storage/postgres/describe-schema.ts";
import { latestSchemaVersion } from "../../src/search/storage/postgres/schema.ts";
import { describePostgres } from "../../src/testing/describe-postgres.ts";
import { expectKept } from "./expect-kept.ts";

const here = fileURLToPath(new URL("postgres/", import.meta.url));
const manifest = readFileSync(join(here, "schema.txt"), "utf8");
const released = readdirSync(here).filter((name) => /^schema-\d+\.sql$/.test(name));

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

describePostgres("the schema on PostgreSQL", (server) => {
  it("of a new store is the one in schema.txt (tools/write-schema-files.ts writes it)", async () => {
    const url = await server.createDatabase();
    await (await PostgresStorage.open(url)).close();
    expect(await withClient(url, describeSchema)).toBe(manifest);
  });

  it("has one kept store for each version", () => {
    const versions = Array.from({ length: latestSchemaVersion }, (_, index) => `schema-${index + 1}.sql`);
    expect(released.toSorted()).toEqual(versions.toSorted());
  });

  it.each(released)(
    "of the kept store %s becomes that of a new one, and every record is there",
    async (name) => {
      const url = await server.createDatabase();
      await withClient(url, (client) => client.query(readFileSync(join(here, name), "utf8")));
      const storage = await PostgresStorage.open(url, { create: false });
      expect(await withClient(url, describeSchema)).toBe(manifest);
      await expectKept(storage, { openings: 1 });
      await storage.close();
    },
  );

  it("refuses to change or forget an event or an opening", async () => {
    const url = await server.createDatabase();
    await withClient(url, (client) => client.query(readFileSync(join(here, released[0]!), "utf8")));
    for (const table of ["event", "test_opening"]) {
      for (const change of [`DELETE FROM`, `TRUNCATE`]) {
        await expect(
          withClient(url, (client) => client.query(`${change} tunesmith.${table}`)),
        ).rejects.toThrow(`a row of ${table} is never changed or forgotten`);
      }
    }
  });
});
