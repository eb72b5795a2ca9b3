import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { datasetSourceContract } from "../../../testing/dataset-source-contract.ts";
import { openTestSplit } from "../open-test-split.ts";
import { csv, tsv } from "./csv.ts";
import type { ReadingProgress, SourceOptions } from "./source.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunesmith-table-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

type Settings = Record<string, unknown>;

/** The source of a file that is written now. */
async function sourceOf(text: string | Uint8Array, settings: Settings = {}) {
  const path = join(folder, "table.csv");
  await writeFile(path, text);
  return csv.source(csv.schema.parse({ kind: "csv", path, target: "y", ...settings }));
}

async function load(text: string | Uint8Array, settings: Settings = {}, options: SourceOptions = {}) {
  return (await sourceOf(text, settings)).load(options);
}

const small = "color,size,y\nred,1,yes\nblue,2.5,no\nred,,yes\n";

describe("contract", () => {
  const text = `x,color,y\n${Array.from({ length: 40 }, (_, i) => `${i / 8},${"abc"[i % 3]},${i % 2 ? "no" : "yes"}`).join("\n")}\n`;
  beforeEach(() => writeFile(join(folder, "contract.csv"), text));
  const create = () =>
    csv.source(csv.schema.parse({ kind: "csv", path: join(folder, "contract.csv"), target: "y" }));
  datasetSourceContract({ create, options: () => ({}) });
});

describe("columns", () => {
  test("numbers are values, names their place in the alphabet, gaps NaN, text targets classes", async () => {
    const dataset = await load(small);
    expect(dataset).toMatchObject({
      name: "table.csv",
      task: { kind: "classification", classes: ["no", "yes"] },
      shape: [2],
      columns: [
        { name: "color", categories: ["blue", "red"] },
        { name: "size", categories: null },
      ],
      test: null,
    });
    expect(dataset.examples.features).toEqual(Float32Array.of(1, 1, 0, 2.5, 1, Number.NaN));
    expect(dataset.examples.labels).toEqual(Uint8Array.of(1, 0, 1));
  });

  test("a target of numbers is regression, several are several outputs", async () => {
    const text = "a,y,z\n1,0.5,10\n2,-1e2,20\n";
    expect(await load(text)).toMatchObject({
      task: { kind: "regression", targetNames: ["y"] },
      examples: { labels: Float32Array.of(0.5, -100) },
    });
    expect(await load(text, { target: ["z", "y"] })).toMatchObject({
      task: { kind: "regression", targetNames: ["z", "y"] },
      shape: [1],
      examples: { labels: Float32Array.of(10, 0.5, 20, -100) },
    });
  });

  test("numbers as classes are sorted by value, and 1 is 1.0", async () => {
    const dataset = await load("x,y\n1,10\n2,9\n3,1.0\n4,1\n", { task: "classification" });
    expect(dataset.task).toEqual({ kind: "classification", classes: ["1", "9", "10"] });
    expect(dataset.examples.labels).toEqual(Uint8Array.of(2, 1, 0, 0));
  });

  test("names are sorted by code point", async () => {
    const { columns } = await load("x,y\n\u{1F600},a\n\uFFFD,b\nZ,a\na,b\n");
    expect(columns![0]!.categories).toEqual(["Z", "a", "\uFFFD", "\u{1F600}"]);
  });

  test("`columns`, `ignore`, `categorical` and `group` say what is a feature", async () => {
    const text = "id,a,b,c,who,y\n1,5,6,7,ann,n\n2,5,8,7,bob,p\n3,4,9,7,ann,n\n";
    const dataset = await load(text, { ignore: ["id"], categorical: ["a"], group: "who" });
    expect(dataset.columns).toEqual([
      { name: "a", categories: ["4", "5"] },
      { name: "b", categories: null },
      { name: "c", categories: null },
    ]);
    expect(dataset.groups).toEqual(Int32Array.of(0, 1, 0));
    expect((await load(text, { columns: ["c", "a"] })).columns!.map(({ name }) => name)).toEqual(["a", "c"]);
  });

  test("without a header columns are numbered, and so is one whose name is blank", async () => {
    const dataset = await load("1,2,n\n3,4,p\n", { header: false, target: "column3" });
    expect(dataset).toMatchObject({ shape: [2], columns: [{ name: "column1" }, { name: "column2" }] });
    expect((await load(",x,y\n0,1,a\n1,2,b\n")).columns![0]!.name).toBe("column1");
  });

  test("a column that has text after numbers is read again as names, which is said", async () => {
    const warnings: string[] = [];
    const rows = Array.from({ length: 3000 }, (_, i) => `${i % 5},${i % 2 ? "p" : "n"}`);
    rows[2000] = "1b,n";
    const text = `x,y\n${rows.join("\n")}`;
    const dataset = await load(text, {}, { onWarning: (message) => warnings.push(message) });
    expect(dataset.columns).toEqual([{ name: "x", categories: ["0", "1", "1b", "2", "3", "4"] }]);
    expect(dataset.examples.features.slice(1999, 2002)).toEqual(Float32Array.of(5, 2, 1));
    expect(warnings).toEqual([expect.stringMatching(/`x` is taken as names.*line 2002 has `1b`\.$/)]);
  });

  test.each(["0x10", "1,5", "1_000", "1e", ".", "--1", "12abc"])("%s is no number", async (cell) => {
    const { columns } = await load(`x;y\n${cell};n\n2;p\n`, { delimiter: ";" });
    expect(columns![0]!.categories).toContain(cell);
  });

  test.each([
    ["-1.5", -1.5],
    ["+.5", 0.5],
    ["3.", 3],
    ["1E-3", 0.001],
    ["  7\t", 7],
  ])("`%s` is a number", async (cell, value) => {
    const { examples } = await load(`x,y\n${cell},n\n2,p\n`);
    expect(examples.features[0]).toBe(Math.fround(value));
  });

  test("texts of `missing` are gaps, also when they look like numbers", async () => {
    const { examples } = await load("x,y\n-999,n\n3,p\nnone,p\n", { missing: ["-999", "none"] });
    expect(examples.features).toEqual(Float32Array.of(Number.NaN, 3, Number.NaN));
  });

  test("a column of gaps alone and a constant one are columns of numbers", async () => {
    const { columns } = await load("a,b,y\n,1,n\n?,1,p\n");
    expect(columns!.map(({ categories }) => categories)).toEqual([null, null]);
  });

  test("the content hash follows from what the file says, not from how it is written", async () => {
    const { contentHash } = await load(small);
    const rewritten = `\uFEFF${small.replaceAll("\n", "\r\n").replace("red", '"red"').replace("2.5", "2.50")}`;
    expect((await load(rewritten)).contentHash).toBe(contentHash);
    expect((await load(small.replace("size", "length"))).contentHash).not.toBe(contentHash);
    expect((await load(small.replaceAll("red", "rose"))).contentHash).not.toBe(contentHash);
  });

  test("the kind tsv is the same with tabs", async () => {
    const path = join(folder, "table.tsv");
    await writeFile(path, small.replaceAll(",", "\t"));
    const source = tsv.source(tsv.schema.parse({ kind: "tsv", path, target: "y" }));
    expect(await source.load({})).toMatchObject({ shape: [2], examples: { count: 3 } });
  });
});

describe("reading", () => {
  test("a file that moved is found by its name in the data folder", async () => {
    await mkdir(join(folder, "data"));
    await writeFile(join(folder, "data", "moved.csv"), small);
    const path = join(folder, "gone", "moved.csv");
    const source = csv.source(csv.schema.parse({ kind: "csv", path, target: "y" }));
    const options = { dataDir: join(folder, "data") };
    expect((await source.locate({})).isAtHand).toBe(false);
    expect(await source.locate(options)).toMatchObject({
      isAtHand: true,
      files: [{ path: join(folder, "data", "moved.csv"), address: null }],
    });
    expect((await source.load(options)).examples.count).toBe(3);
  });

  test("progress counts bytes up to the size of the file", async () => {
    const reports: ReadingProgress[] = [];
    const text = `x,y\n${"1,a\n2,b\n".repeat(200_000)}`;
    await load(text, {}, { onReading: (report) => reports.push(report) });
    expect(reports.length).toBeGreaterThan(2);
    expect(reports.at(-1)).toEqual({ what: "reading table.csv", done: text.length, total: text.length });
  });

  test("a signal ends it", async () => {
    const controller = new AbortController();
    const onReading = ({ done }: ReadingProgress) => done > 0 && controller.abort(new Error("enough"));
    const reading = load(
      `x,y\n${"1,a\n2,b\n".repeat(300_000)}`,
      {},
      { signal: controller.signal, onReading },
    );
    await expect(reading).rejects.toThrow("enough");
  });
});

describe("what cannot be read", () => {
  const cases: [
    what: string,
    text: string | Uint8Array,
    settings: Settings,
    code: string,
    message: RegExp,
    hint: RegExp,
  ][] = [
    ["an empty file", "", {}, "INVALID_DATA", /expected rows of examples, got an empty file\.$/, /written/],
    ["blank lines alone", "\n\n \n", {}, "INVALID_DATA", /got an empty file\.$/, /written/],
    ["a header alone", "x,y\n", {}, "INVALID_DATA", /got the header alone\.$/, /`header: false`/],
    [
      "a short row after a blank line",
      "x,y\n1,a\n\n2\n",
      {},
      "INVALID_DATA",
      /line 4: expected 2 cells as in the first line, got 1\.$/,
      /quotes/,
    ],
    ["a long row", "x,y\n1,2,3\n", {}, "INVALID_DATA", /line 2: expected 2 cells .* got 3\.$/, /quotes/],
    [
      "two columns of one name",
      "x,y,x\n1,a,2\n",
      {},
      "INVALID_DATA",
      /line 1: every column .*`x` for columns 1 and 3/,
      /Rename/,
    ],
    [
      "an unknown target",
      "x,label\n1,a\n",
      { target: "lable" },
      "INVALID_DOCUMENT",
      /`target` must name a column .*`lable`; did you mean `label`\?$/,
      /`x`, `label`/,
    ],
    [
      "an unknown column to leave out",
      small,
      { ignore: ["colour"] },
      "INVALID_DOCUMENT",
      /`ignore` .*`colour`; did you mean `color`\?$/,
      /`color`/,
    ],
    [
      "an unknown feature",
      small,
      { columns: ["q"] },
      "INVALID_DOCUMENT",
      /`columns` must name .*`q`/,
      /size/,
    ],
    ["an unknown category", small, { categorical: ["q"] }, "INVALID_DOCUMENT", /`categorical` .*`q`/, /size/],
    ["an unknown group", small, { group: "q" }, "INVALID_DOCUMENT", /`group` must name .*`q`/, /size/],
    [
      "a file without the header that was promised",
      "1,2\n3,4\n",
      {},
      "INVALID_DOCUMENT",
      /`target` .* got `y`/,
      /`header: false`/,
    ],
    [
      "another delimiter",
      "x;y\n1;a\n",
      {},
      "INVALID_DOCUMENT",
      /`target` .* got `y`/,
      /say `delimiter: ";"`/,
    ],
    [
      "no feature left",
      "x,y\n1,a\n",
      { ignore: ["x"] },
      "INVALID_DOCUMENT",
      /a column to learn from must be left, got none beside `y`/,
      /`columns`/,
    ],
    ["an ignored target", small, { ignore: ["y"] }, "INVALID_DOCUMENT", /`ignore` must leave `y`/, /Take it/],
    ["a group that is the target", small, { group: "y" }, "INVALID_DOCUMENT", /got `y` for both/, /`group`/],
    ["a target twice", small, { target: ["y", "y"] }, "INVALID_DOCUMENT", /got `y` twice/, /once/],
    [
      "several targets of names",
      small,
      { target: ["y", "color"] },
      "INVALID_DOCUMENT",
      /several targets must be columns of numbers, got names in `y`/,
      /one target/,
    ],
    [
      "one class",
      "x,y\n1,a\n2,a\n",
      {},
      "INVALID_DATA",
      /target `y`: there must be two classes at least, got `a` alone/,
      /another class/,
    ],
    [
      "too many classes",
      `x,y\n${Array.from({ length: 300 }, (_, i) => `1,n${i}`).join("\n")}`,
      {},
      "INVALID_DATA",
      /at most 256 classes, got 300, such as `n0` and `n1`\.$/,
      /`task: regression`/,
    ],
    [
      "a typo that makes numbers classes",
      `x,y\n${Array.from({ length: 300 }, (_, i) => `1,${i === 150 ? "1o" : i}`).join("\n")}`,
      {},
      "INVALID_DATA",
      /at most 256 classes, got 300.*not every cell is a number: line 152 has `1o`\.$/,
      /`task: regression`/,
    ],
    [
      "text among the values to predict",
      "x,y\n1,2\n1,n/a\n",
      { task: "regression" },
      "INVALID_DATA",
      /line 3, column `y`: expected a finite decimal number, got `n\/a`\.$/,
      /`missing`/,
    ],
    [
      "missing targets",
      "x,y\n1,a\n2,\n3,b\n4,NA\n",
      {},
      "INVALID_DATA",
      /column `y`: every example .* got 2 of 4 without, the first in line 3\.$/,
      /Remove those rows/,
    ],
    [
      "missing values of regression",
      "x,y\n1,1\n2,\n3,4\n",
      {},
      "INVALID_DATA",
      /got 1 of 3 without, the first in line 3\.$/,
      /Remove/,
    ],
    [
      "a missing group",
      "x,g,y\n1,,a\n2,b,b\n",
      { group: "g" },
      "INVALID_DATA",
      /column `g`: .* 1 of 2/,
      /Remove/,
    ],
    [
      "an infinite cell",
      "x,y\n1,a\n-inf,b\n",
      {},
      "INVALID_DATA",
      /line 3, column `x`: expected a finite decimal number, got `-inf`\.$/,
      /`missing`/,
    ],
    [
      "NaN that is not listed as missing",
      "x,y\nNaN,a\n2,b\n",
      { missing: [""] },
      "INVALID_DATA",
      /line 2, column `x`: expected .* got `NaN`\.$/,
      /`missing`/,
    ],
    [
      "a number beyond 32 bits",
      "x,y\n1e39,a\n2,b\n",
      {},
      "INVALID_DATA",
      /line 2, column `x`: expected a finite decimal number that fits 32 bits, got `1e39`\.$/,
      /Correct/,
    ],
    [
      "an unclosed quote",
      'x,y\n1,a\n2,"b\n3,c\n',
      {},
      "INVALID_DATA",
      /line 3: a quoted cell must end in a quote/,
      /written twice/,
    ],
    ["text after a quote", 'x,y\n1,a\n"2"3,"b"\n', {}, "INVALID_DATA", /line 3: a quoted cell/, /twice/],
    [
      "Latin-1",
      Buffer.from("x,y\n1,a\n2,caf\xe9\n", "latin1"),
      {},
      "INVALID_DATA",
      /line 3: expected text in UTF-8, got other bytes\.$/,
      /Save the file as CSV in UTF-8/,
    ],
    [
      "a character cut off",
      Buffer.from("x,y\n1,\xc3", "latin1"),
      {},
      "INVALID_DATA",
      /line 2: .*UTF-8/,
      /Save/,
    ],
  ];

  test.each(cases)("%s", async (_, text, settings, code, message, hint) => {
    await expect(load(text, settings)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });

  test("a file that is not there, with every place that was looked into", async () => {
    const path = join(folder, "none.csv");
    const source = csv.source(csv.schema.parse({ kind: "csv", path, target: "y" }));
    await expect(source.load({ dataDir: join(folder, "data") })).rejects.toMatchObject({
      code: "DATA_NOT_FOUND",
      message: `data: the file \`${path}\` must exist, got none there and none at \`${join(folder, "data", "none.csv")}\`.`,
      hint: expect.stringContaining("--data-dir"),
    });
  });

  test("a folder", async () => {
    const source = csv.source(csv.schema.parse({ kind: "csv", path: folder, target: "y" }));
    await expect(source.load({})).rejects.toMatchObject({
      code: "INVALID_DATA",
      message: `data: \`${folder}\` must be a file, got a folder.`,
    });
  });

  test.each(['"', "\n", ",,", ""])("the delimiter %j", (delimiter) => {
    expect(csv.schema.safeParse({ kind: "csv", path: "a", target: "y", delimiter }).success).toBe(false);
  });
});

describe("a test file", () => {
  const open = async (text: string, settings: Settings = {}, trainingText = small) => {
    const path = join(folder, "test.csv");
    await writeFile(path, text);
    const { test: split } = await load(trainingText, { test: path, ...settings });
    return openTestSplit(split!, { purpose: "a test", now: 0 });
  };

  test("its columns may stand in another order, its categories may be new", async () => {
    const { examples } = await open("y,extra,size,color\nno,1,7,green\nyes,1,,red\n");
    expect(examples).toMatchObject({ count: 2, shape: [2] });
    expect(examples.features).toEqual(Float32Array.of(-1, 7, 1, Number.NaN));
    expect(examples.labels).toEqual(Uint8Array.of(0, 1));
  });

  test("columns of names are names there too, and spellings of numbers the same classes", async () => {
    const training = "c,y\na,1\nb,2\n";
    const { examples } = await open("c,y\n1,2.0\na,01\n", { task: "classification" }, training);
    expect(examples.features).toEqual(Float32Array.of(-1, 0));
    expect(examples.labels).toEqual(Uint8Array.of(1, 0));
  });

  test("it is not read before it is opened, but must be there", async () => {
    await writeFile(join(folder, "test.csv"), "nothing of use");
    const { test: split } = await load(small, { test: join(folder, "test.csv") });
    expect(split).toMatchObject({ count: null });
    const absent = load(small, { test: join(folder, "none.csv") });
    await expect(absent).rejects.toMatchObject({ code: "DATA_NOT_FOUND" });
  });

  test.each([
    [
      "a missing column",
      "y,sizes\nno,1\n",
      /must have the columns of the training file, got none of the name `color`/,
    ],
    [
      "a class that training does not have",
      "color,size,y\nred,1,yes\nred,1,maybe\n",
      /line 3, target `y`: .*`maybe`/,
    ],
    ["text in a column of numbers", "color,size,y\nred,big,yes\n", /line 2, column `size`: .*`big`/],
    ["a missing target", "color,size,y\nred,1,\n", /got 1 of 1 without/],
  ])("%s is refused", async (_, text, message) => {
    await expect(open(text)).rejects.toMatchObject({
      code: "INVALID_DATA",
      message: expect.stringMatching(message),
    });
  });
});
