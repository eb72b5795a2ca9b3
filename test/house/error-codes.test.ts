import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { describe, expect, it } from "vitest";

import { errorCodes, type ErrorCode } from "../../src/base/index.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const codes = Object.keys(errorCodes) as ErrorCode[];

function textOf(pattern: string, isWanted: (file: string) => boolean): string {
  return globSync(pattern, { cwd: root })
    .filter(isWanted)
    .map((file) => readFileSync(join(root, file), "utf8"))
    .join("\n");
}

const isTest = (file: string) => file.endsWith(".test.ts") || file.startsWith("src/testing/");
const source = textOf("src/**/*.ts", (file) => !isTest(file));
const tests = textOf("{src,test}/**/*.ts", (file) => isTest(file) && !file.startsWith("test/house/"));
/** The cells of the guide's table, trimmed. */
const rows = readFileSync(join(root, "docs/guide/errors.md"), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| `"))
  .map((line) =>
    line
      .split("|")
      .map((cell) => cell.trim())
      .slice(1, -1),
  );

describe.each(codes)("the error code %s", (code) => {
  it("is made somewhere", () => {
    expect(new RegExp(`TunesmithError\\(\\s*"${code}"`).test(source)).toBe(true);
  });

  it("is expected by a test", () => {
    expect(new RegExp(`\\b${code}\\b`).test(tests)).toBe(true);
  });

  it("is documented once, with its exit status and meaning", () => {
    const { exitStatus, meaning } = errorCodes[code];
    const described = rows.filter(([name]) => name === `\`${code}\``);
    expect(described.map((cells) => cells.slice(1, 3))).toEqual([[String(exitStatus), meaning]]);
  });
});

it("every code that the guide names exists", () => {
  expect(new Set(rows.map(([name]) => name))).toEqual(new Set(codes.map((code) => `\`${code}\``)));
});
