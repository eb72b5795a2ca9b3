import { describe, expect, it } from "vitest";

import { describePostgres } from "../../src/testing/describe-postgres.ts";
import { temporaryFolder } from "../../src/testing/temporary-folder.ts";
import { killLoop } from "./kill-loop.ts";

const rounds = 55;

function survivesKills(store: string, create: () => Promise<string>): void {
  it("110 killed writers lost nothing that they acknowledged, and left nothing twice or half", async () => {
    const { kills, acknowledged, trials, violations } = await killLoop({ url: await create(), rounds });
    console.info(
      `${store}: ${kills} writers killed, ${acknowledged} writes acknowledged in ${trials} trials, ${violations.length} violations`,
    );
    expect(violations).toEqual([]);
    expect(kills).toBe(110);
    expect(acknowledged).toBeGreaterThan(kills);
  }, 600_000);

  it("the same loop catches a store that acknowledges before it has written", async () => {
    const program = "acknowledge-too-early";
    const { violations } = await killLoop({ url: await create(), rounds, program });
    expect(violations).toContainEqual(
      expect.stringMatching(/^trial \d+: step \d: \d+ was acknowledged, and undefined/),
    );
  }, 600_000);
}

describe("kill -9 on SQLite", () => {
  survivesKills("SQLite", async () => temporaryFolder());
});

describePostgres("kill -9 on PostgreSQL", (server) =>
  survivesKills("PostgreSQL", () => server.createDatabase()),
);
