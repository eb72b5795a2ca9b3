import { existsSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";

import { describe, expect, it } from "vitest";

import { temporaryFolder } from "../../testing/temporary-folder.ts";
import { MemoryStorage } from "./memory/memory-storage.ts";
import { openStorage } from "./open-storage.ts";

describe("openStorage", () => {
  it("a folder is a SQLite file inside it, made with the folders above", async () => {
    const folder = join(temporaryFolder(), "deep", "store");
    const storage = await openStorage(folder);
    expect(await storage.listStudies()).toEqual([]);
    await storage.close();
    expect(existsSync(join(folder, "tunesmith.db"))).toBe(true);
  });

  it("`memory:` ends with the process", async () => {
    expect(await openStorage("memory:")).toBeInstanceOf(MemoryStorage);
  });

  it.each([
    "postgres://me:secret#@host/db",
    "postgres://me:secret@host:port/db",
    "mysql://me:secret@host/db",
    "",
  ])("refuses `%s` without printing what may be a password", async (url) => {
    const error = await openStorage(url).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "INVALID_USAGE" });
    expect(inspect(error, { depth: 9 })).not.toContain("secret");
  });

  it("does not print the password of a server that is not there", async () => {
    const error = await openStorage("postgres://me:secret@127.0.0.1:1/db?password=secret").catch(
      (caught: unknown) => caught,
    );
    expect(error).toMatchObject({
      code: "STORE_UNUSABLE",
      isRetryable: true,
      message: "store `postgres://me@127.0.0.1:1/db`: a server must listen there, got none (ECONNREFUSED).",
    });
    expect(inspect(error, { depth: 9 })).not.toContain("secret");
  });
});
