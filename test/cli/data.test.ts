/** The commands that look at data, on files that a person brings. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { CliFolder } from "./command-line.ts";

let place: CliFolder;

const table = [
  "id,colour,size,bought",
  ...Array.from(
    { length: 60 },
    (_, i) => `${i},${["red", "blue"][i % 2]},${(i * 37) % 23}.5,${i % 3 === 0 ? "yes" : "no"}`,
  ),
].join("\n");

const study = `study: colours
data: { dataset: { kind: csv, path: table.csv, target: bought, ignore: [id] }, validation: 12, test: 6 }
model: { kind: logistic }
search:
  method: grid
  metric: { name: validation/accuracy, goal: maximize }
  parameters: { training.batchSize: { values: [8] } }
`;

beforeAll(async () => {
  place = await CliFolder.create();
  await place.write("table.csv", table);
  await place.write("study.yaml", study);
  await place.write("no-data.yaml", study.replace(/^data:.*\n/m, ""));
  await mkdir(join(place.folder, "empty"));
  await writeFile(join(place.folder, "notes.txt"), "nothing");
});

afterAll(() => place.remove());

interface InfoJson {
  readonly name: string;
  readonly inspection: {
    readonly counts: object;
    readonly columns: readonly { readonly name: string }[] | null;
    readonly preprocessing: { readonly scaling: string } | null;
    readonly findings: readonly { readonly code: string }[];
  };
}

describe("data info", () => {
  test("a table by its path", async () => {
    const { stdout, status } = await place.run("data", "info", "table.csv", "--target", "bought");
    expect(status).toBe(0);
    expect(stdout).toMatch(/examples +42 to train on, 8 to validate on, 10 in the locked test split/);
    expect(stdout).toMatch(/\nid +whole numbers +0 +42 /);
    expect(stdout).toMatch(/\nwarning id-like-columns: .*`id`/);
  });

  test("the data of a study file, as its trials get it", async () => {
    const { inspection } = await place.json<InfoJson>("data", "info", "study.yaml");
    expect(inspection.counts).toEqual({ train: 42, validation: 12, test: 6 });
    expect(inspection.columns!.map(({ name }) => name)).toEqual(["colour", "size"]);
    expect(inspection.preprocessing!.scaling).toBe("standardize");
    expect(inspection.findings.map(({ code }) => code)).not.toContain("id-like-columns");
  });

  test("values of the data part can be set", async () => {
    const set = ["--set", "data.validation=20", "--set", "data.preprocessing.scaling=min-max"];
    const { inspection } = await place.json<InfoJson>(
      "data",
      "info",
      "table.csv",
      "--target",
      "bought",
      ...set,
    );
    expect(inspection.counts).toMatchObject({ validation: 20 });
    expect(inspection.preprocessing!.scaling).toBe("min-max");
  });

  test.each([
    [["fashion-mnits"], 3, /did you mean `fashion-mnist`/],
    [["gone.csv", "--target", "x"], 3, /`gone\.csv` must be a data set or a path/],
    [["table.csv"], 2, /a table needs `--target COLUMN`/],
    [["table.csv", "--target", "bougth"], 4, /bought/],
    [["digits", "--target", "x"], 2, /--target: expected a table/],
    [["digits", "--set", "training.epochs=3"], 2, /expected a path that begins with `data\.`/],
    [["digits", "--set", "data.validatoin=3"], 4, /unknown key `validatoin`; did you mean `validation`/],
    [["no-data.yaml"], 4, /data: is required/],
    [["notes.txt"], 2, /expected a study file, a folder, or a file that ends with/],
  ] as const)("%j", async (words, expected, message) => {
    const { status, stdout, stderr } = await place.run("data", "info", ...words);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(stdout).toBe("");
    expect(status).toBe(expected);
  });
});

describe("data preview", () => {
  const small = ["--set", "data.train=300", "--set", "data.validation=50"];

  test("writes a PNG of examples of each class, the same for the same seed", async () => {
    const draw = (file: string, seed: string) =>
      place.run("data", "preview", "digits", ...small, "--per-class", "3", "--seed", seed, "--out", file);
    expect(await draw("a.png", "1")).toMatchObject({ status: 0, stdout: "", stderr: "drawn in a.png\n" });
    await draw("b.png", "1");
    await draw("c.png", "2");
    const [a, b, c] = await Promise.all(
      ["a.png", "b.png", "c.png"].map((name) => readFile(join(place.folder, name))),
    );
    expect(a!.subarray(1, 4).toString()).toBe("PNG");
    expect(b!.equals(a!)).toBe(true);
    expect(c!.equals(a!)).toBe(false);
  });

  test("what is shown is told as JSON, for augmented examples by epoch", async () => {
    const words = [
      "digits",
      ...small,
      "--augmented",
      "--set",
      "data.augmentation={rotation: {}}",
      "--out",
      "d.png",
    ];
    const told = await place.json<{ shown: number[] }>("data", "preview", ...words);
    expect(told).toMatchObject({ name: "digits", what: "augmented", out: "d.png" });
    expect(told.shown).toHaveLength(10);
  });

  test("mean images need no terminal of a kind, letters do for a picture", async () => {
    const { status, stdout } = await place.run(
      "data",
      "preview",
      "digits",
      "--what",
      "mean",
      "--terminal",
      "blocks",
    );
    expect(status).toBe(0);
    expect(stdout).toContain("\u2580");
  });

  test("a table is printed with the types of its columns", async () => {
    const { stdout } = await place.run(
      "data",
      "preview",
      "table.csv",
      "--target",
      "bought",
      "--per-class",
      "2",
    );
    expect(stdout).toMatch(
      /^ +id +colour +size +class\nnumber +2 names +number +to predict\n +0 +red +0\.5 +yes\n/,
    );
  });

  test("duplicates that are not there are said not to be", async () => {
    const { status, stderr, stdout } = await place.run(
      "data",
      "preview",
      "digits",
      "--what",
      "duplicates",
      "--out",
      "e.png",
    );
    expect([status, stdout, stderr]).toEqual([0, "", "digits: no duplicates were found\n"]);
  });

  test.each([
    [["digits"], 2, /no terminal and no `--out`/],
    [["digits", "--out", "nowhere/a.png"], 2, /the folder of `a\.png` must exist/],
    [
      ["friedman1", "--augmented", "--out", "f.png"],
      2,
      /--augmented needs images, got examples of shape \[10\]/,
    ],
    [["friedman1", "--out", "f.png"], 2, /--out needs images/],
    [["friedman1", "--what", "duplicates", "--out", "f.png"], 2, /data info TARGET --json/],
    [["digits", "--augmented", "--what", "mean"], 2, /cannot be used with/],
    [["digits", "--per-class", "0"], 2, /--per-class/],
    [["digtis"], 3, /did you mean `digits`/],
    [["empty", "--out", "f.png"], 4, /empty/],
  ] as const)("%j", async (words, expected, message) => {
    const { status, stdout, stderr } = await place.run("data", "preview", ...words);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(stdout).toBe("");
    expect(status).toBe(expected);
  });
});

test("labels that are probably wrong are listed", async () => {
  const words = ["table.csv", "--target", "bought", "--labels", "--quick"];
  const { labels } = await place.json<{ labels: { suspects: { index: number }[]; share: number } }>(
    "data",
    "info",
    ...words,
  );
  expect(labels.suspects.length).toBeGreaterThan(0);
  expect(labels.share).toBeLessThan(0.9);
  const { stdout } = await place.run("data", "info", ...words);
  expect(stdout).toMatch(/label-suspects: \d+ labels/);
  expect(stdout).toMatch(/\nexample +label +probability +likely +probability\n/);
});
