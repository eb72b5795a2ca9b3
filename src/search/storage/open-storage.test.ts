import { existsSync } from "node:fs";
import { join } from "node:path";

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

  it.each(["postgres://me:secret@host/db", "mysql://me:secret@host/db", ""])(
    "refuses `%s` without printing what may be a password",
    async (url) => {
      const error = await openStorage(url).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: "INVALID_USAGE" });
      expect(JSON.stringify(error) + String(error)).not.toContain("secret");
    },
  );

  it("says that PostgreSQL is not built yet", async () => {
    await expect(openStorage("postgres://host/db")).rejects.toThrow(
      expect.objectContaining({ hint: expect.stringContaining("not built yet") }),
    );
  });
});
