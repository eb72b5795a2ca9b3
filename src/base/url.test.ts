import { expect, test } from "vitest";

import { isUrl, withoutSecrets } from "./url.ts";

test("a URL is told from a folder, also from one on a drive of Windows", () => {
  expect(["postgres://h/d", "memory:", "postgresql:///d"].map(isUrl)).toEqual([true, true, true]);
  expect(["store", "/srv/a:b", "C:\\store", "./postgres://h", ""].map(isUrl)).toEqual(Array(5).fill(false));
});

test.each([
  [
    "postgres://me:pass-word@db.example:5433/lab?password=pass-word&sslmode=require",
    "postgres://me@db.example:5433/lab",
  ],
  ["postgres://db.example/lab", "postgres://db.example/lab"],
  ["postgres:///lab?user=me&password=pass-word", "postgres:///lab"],
  ["postgres://me:pass-word@[bad/lab", "postgres:..."],
  ["postgres:me:pass-word@db.example/lab", "postgres:..."],
  ["/srv/lab", "/srv/lab"],
  ["memory:", "memory:"],
])("%j is shown as %j", (text, shown) => {
  expect(withoutSecrets(text)).toBe(shown);
});
