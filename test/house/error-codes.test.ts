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
const guide = readFileSync(join(root, "docs/guide/errors.md"), "utf8");

describe.each(codes)("the error code %s", (code) => {
  it("is made somewhere", () => {
    expect(source).toMatch(new RegExp(`TunesmithError\\(\\s*"${code}"`));
  });

  it("is expected by a test", () => {
    expect(tests).toMatch(new RegExp(`\\b${code}\\b`));
  });

  it("is documented once, with its exit status and meaning", () => {
    const rows = guide.split("\n").filter((line) => line.startsWith(`| \`${code}\``));
    expect(rows).toHaveLength(1);
    const { exitStatus, meaning } = errorCodes[code];
    expect(rows[0]).toContain(`| ${exitStatus} |`);
    expect(rows[0]).toContain(meaning);
  });
});

it("every code that the guide names exists", () => {
  const named = [...guide.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, code]) => code);
  expect(named.toSorted()).toEqual(codes.toSorted());
});
