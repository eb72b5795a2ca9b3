import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { temporaryFolder } from "../../src/testing/temporary-folder.ts";
import { checkRooms, type RoomsReport } from "../../tools/check-rooms.ts";
import { rooms } from "../../tools/rooms.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Each planted file and what the guard must say of it. */
const plants = [
  ["learning/model/planted.ts", `import "../../search/space/index.ts";`, "what learning/model may import"],
  ["search/samplers/planted.ts", `import "../storage/index.ts";`, "what search/samplers may import"],
  [
    "learning/runtime/planted.ts",
    `import type { CompiledModel } from "../compiler/index.ts";\nexport type Planted = CompiledModel;`,
    "what learning/runtime may import",
  ],
  [
    "app/worker/planted.ts",
    `export const load = () => import("../cli/program.ts");`,
    "what app/worker may import",
  ],
  ["search/study/planted.ts", `import "../storage/open-storage.ts";`, "across rooms by the index"],
  ["search/trial/planted.ts", `import "better-sqlite3";`, "which packages search/trial may import"],
  ["app/cli/planted.ts", `import "../../testing/index.ts";`, "what app/cli may import"],
  ["search/space/planted.ts", `import "../../testing/index.ts";`, "the test kit is for tests"],
  [
    "app/spec/planted.ts",
    `import "../../learning/data/open-test-split.ts";`,
    "only the final evaluation opens the test split",
  ],
  [
    "app/worker/planted-opener.ts",
    `export { openTestSplit as open } from "../../learning/data/open-test-split.ts";`,
    "only the final evaluation opens the test split",
  ],
  [
    "app/evaluation/planted.ts",
    `export const open = () => import("../../learning/data/open-test-split.ts");`,
    "only the final evaluation opens the test split",
  ],
  [
    "app/evaluation/planted-lock.ts",
    `import "../../learning/data/locked-split.ts";`,
    "the test split is locked",
  ],
  ["app/worker/planted-tester.ts", `import "../evaluation/index.ts";`, "what app/worker may import"],
  [
    "search/study/planted-tester.ts",
    `import "../../app/evaluation/index.ts";`,
    "what search/study may import",
  ],
  ["learning/training/planted.test.ts", `import "../data/locked-split.ts";`, "the test split is locked"],
  [
    "base/planted.ts",
    `import type { Planted } from "./planted-too.ts";\nexport type Again = Planted;`,
    "no cycles",
  ],
  [
    "base/planted-too.ts",
    `import type { Again } from "./planted.ts";\nexport type Planted = Again;`,
    "no cycles",
  ],
  ["utilities/planted.ts", "export const planted = 1;", "no room"],
] as const;

describe("the import guard", () => {
  const folder = mkdtempSync(join(tmpdir(), "tunesmith-"));
  let planted: RoomsReport;

  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeAll(async () => {
    cpSync(join(root, "src"), join(folder, "src"), { recursive: true });
    for (const [file, text] of plants) {
      mkdirSync(dirname(join(folder, "src", file)), { recursive: true });
      writeFileSync(join(folder, "src", file), `${text}\n`);
    }
    planted = await checkRooms({ root: folder });
  });

  it("finds nothing in this tree", async () => {
    expect((await checkRooms({ root })).problems).toEqual([]);
  });

  it.each(plants)("catches src/%s", (file, _text, rule) => {
    const found = planted.problems.filter((problem) => problem.startsWith(`${rule}:`));
    expect(found.join("\n")).toContain(`src/${file}`);
  });

  it("finds nothing but what was planted", () => {
    expect(planted.problems.filter((problem) => !problem.includes("planted"))).toEqual([]);
  });

  it("fails when it does not see the tree", async () => {
    const bare = temporaryFolder();
    for (const room of Object.keys(rooms)) mkdirSync(join(bare, "src", room), { recursive: true });
    writeFileSync(join(bare, "src/base/index.ts"), "export {};\n");
    expect((await checkRooms({ root: bare })).problems).toEqual([
      expect.stringMatching(/^the checker must read at least \d+ modules, got 1:/),
      expect.stringMatching(/^the checker must read at least \d+ imports, got 0:/),
      expect.stringMatching(/^no such file: .* as the test split's lock$/),
      expect.stringMatching(/^no such file: .* as the test split's door$/),
      expect.stringMatching(/^no such file: .* as the test split's opener$/),
    ]);
  });
});

describe("the linter", () => {
  it("bans clocks, chance and `node:*` from exactly the pure rooms", () => {
    const { overrides } = JSON.parse(readFileSync(join(root, ".oxlintrc.json"), "utf8")) as {
      overrides: { files: string[]; rules: Record<string, unknown> }[];
    };
    const banned = overrides
      .filter(({ rules }) => (rules["eslint/no-restricted-imports"] ?? "off") !== "off")
      .flatMap(({ files }) => files);
    const pure = Object.keys(rooms).filter((room) => rooms[room]!.isPure);
    expect(banned.toSorted()).toEqual(pure.map((room) => `src/${room}/**/*.ts`).toSorted());
  });
});
