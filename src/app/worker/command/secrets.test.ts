import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { Secrets } from "./secrets.ts";
import { TrialLog } from "./trial-log.ts";

const env = {
  WANDB_API_KEY: "abcdef123456",
  SMTP_PASSWORD: "hunter22",
  DATABASE: "postgres://me:pass%20word@host/db",
  TOKEN_LIMIT: "100000",
  SECRET: "short",
  HOME: "/home/person",
};

test.each([
  ["key abcdef123456.", "key ***."],
  ["hunter22hunter22", "******"],
  ["connect postgres://me:pass%20word@host/db", "connect postgres://me:***@host/db"],
  ["the-token of the trial", "*** of the trial"],
  ["100000 steps at /home/person, short", "100000 steps at /home/person, short"],
])("%s", (text, hidden) => {
  expect(Secrets.of(env, ["the-token"]).hide(text)).toBe(hidden);
});

test("of two that overlap the longer is hidden whole", () => {
  expect(Secrets.of({ A_KEY: "abcdef", B_KEY: "abcdefgh" }).hide("xabcdefghx")).toBe("x***x");
});

test("a log has none, also one that comes in pieces or stands where the middle is left out", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tunesmith-secrets-"));
  const path = join(folder, "log");
  const secrets = Secrets.of(env);
  const log = new TrialLog(path, secrets);
  await log.open(1);
  for (const letter of "key abcdef123456 abcdef ") log.append(Buffer.from(letter));
  // Everything that cannot become a secret any more is there at once.
  for (let i = 0; i < 90; i++) log.append(Buffer.from("abcdef123456".repeat(10_000)));
  log.append(Buffer.from("\nthe end, abcdef12345"));
  expect(log.tail.at(-1)).toBe("the end, abcdef12345");
  await log.close();
  const text = await readFile(path, "utf8");
  expect(text).toMatch(/^key \*\*\* abcdef \*\*\*/);
  expect(text).toMatch(/\n--- \d+ bytes left out ---\n/);
  expect(text).not.toContain("abcdef123456");
  expect(text).not.toMatch(/123456/);
  await rm(folder, { recursive: true });
});
