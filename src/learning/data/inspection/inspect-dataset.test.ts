import { describe, expect, test } from "vitest";

import { RandomStream, toSeed } from "../../../base/index.ts";
import type { Column, Dataset } from "../dataset.ts";
import { dataSchema, type DataDocument } from "../document.ts";
import { LockedSplit } from "../locked-split.ts";
import { splitDataset } from "../split.ts";
import type { Task } from "../task.ts";
import { inspectDataset, type InspectOptions } from "./inspect-dataset.ts";

const data = dataSchema.parse({ dataset: "digits", preprocessing: { scaling: "none", missing: "mean" } });

interface Made {
  readonly features: Uint8Array | Float32Array;
  readonly labels: Uint8Array | Float32Array;
  readonly shape: readonly number[];
  readonly task?: Task;
  readonly columns?: readonly Column[];
  readonly test?: LockedSplit;
}

const twoClasses: Task = { kind: "classification", classes: ["cat", "dog"] };

function inspect(
  { features, labels, shape, task = twoClasses, columns, test: locked }: Made,
  options: Partial<InspectOptions> & { readonly data?: Partial<DataDocument> } = {},
) {
  const { data: settings, ...rest } = options;
  const count = features.length / shape.reduce((a, b) => a * b, 1);
  const dataset: Dataset = {
    name: "made",
    task,
    shape,
    examples: { count, shape, features, labels },
    test: locked ?? null,
    contentHash: "h",
    defaultScaling: "unit",
    ...(columns === undefined ? {} : { columns }),
  };
  const splits = splitDataset(dataset, { ...data, ...settings });
  return inspectDataset(dataset, splits, { scaling: "none", duplicates: "test", ...rest });
}

const codesOf = ({ findings }: Awaited<ReturnType<typeof inspect>>) => findings.map(({ code }) => code);
const stream = new RandomStream(toSeed(3), "inspected");
const rows = 300;

/** [rows, columns], each column by its rule. */
const table = (...rules: ((row: number) => number)[]) =>
  Float32Array.from({ length: rows * rules.length }, (_, i) =>
    rules[i % rules.length]!(Math.floor(i / rules.length)),
  );

const numbers = (name: string): Column => ({ name, categories: null });
const normal = (row: number) => stream.normal(row);
const label = (row: number) => Number(stream.normal(row) + 0.7 * stream.normal(row + 5000) > 0);
const labels = Uint8Array.from({ length: rows }, (_, row) => label(row));

describe("tables", () => {
  test("a harmless one has no findings, and a line for each column", async () => {
    const inspection = await inspect({
      features: table(normal, (row) => row % 3),
      labels,
      shape: [2],
      columns: [numbers("x"), { name: "colour", categories: ["red", "green", "blue"] }],
    });
    expect(inspection.findings).toEqual([]);
    const { train } = inspection.counts;
    expect(inspection.counts).toEqual({ train: 250, validation: 50, test: null });
    expect(inspection.columns).toMatchObject([
      { name: "x", kind: "number", missing: 0, distinct: train, numbers: { areWhole: false } },
      { name: "colour", kind: "names", distinct: 3, numbers: null },
    ]);
    const [, colour] = inspection.columns!;
    expect(colour!.commonest.reduce((sum, { count }) => sum + count, 0)).toBe(train);
  });

  test("an id, a constant, a leak, gaps, a stand-in for a missing value and unlike scales are found by name", async () => {
    const inspection = await inspect({
      features: table(
        (row) => row + 1,
        () => 7,
        (row) => label(row) * 2,
        (row) => (row % 9 === 0 ? Number.NaN : 1e5 * stream.normal(row)),
        (row) => (row % 100 === 0 ? -9999 : stream.normal(row + 900)),
      ),
      labels,
      shape: [5],
      columns: ["id", "same", "paid", "gaps", "weight"].map(numbers),
    });
    const messages = Object.fromEntries(inspection.findings.map(({ code, message }) => [code, message]));
    expect(messages["id-like-columns"]).toContain("`id`");
    expect(messages["constant-columns"]).toContain("`same`");
    expect(messages["leak-suspect"]).toContain("`paid`");
    expect(messages["missing-values"]).toMatch(/^2\d values missing in 1 column: `gaps`/);
    expect(messages["far-values"]).toContain("`weight`");
    expect(messages["suspicious-scale"]).toContain("scaled");
    expect(Object.keys(messages)).toHaveLength(6);
    expect(inspection.leakSuspects).toEqual([{ column: 2, agreement: 1 }]);
  });

  test("gaps that something stands in for are worth a note alone", async () => {
    const holes = (row: number) => (row % 9 === 0 ? Number.NaN : normal(row));
    const gaps = { features: table(holes, (row) => stream.normal(row + 300)), labels, shape: [2] };
    expect((await inspect(gaps)).findings).toMatchObject([{ code: "missing-values", severity: "warning" }]);
    expect((await inspect(gaps, { filling: "median" })).findings).toMatchObject([
      { code: "missing-values", severity: "note", hint: expect.stringContaining("median") as unknown },
    ]);
  });

  test("a column that determines a value to predict is a suspect, one that is related to it is not", async () => {
    const target = Float32Array.from({ length: rows }, (_, row) => 3 * normal(row) + 1);
    const { leakSuspects, classes, balance } = await inspect({
      features: table(
        (row) => Math.atan(normal(row)),
        (row) => normal(row) + 0.5 * stream.normal(row + 700),
      ),
      labels: target,
      shape: [2],
      task: { kind: "regression", targetNames: ["y"] },
    });
    expect(leakSuspects.map(({ column }) => column)).toEqual([0]);
    expect([classes, balance]).toEqual([null, null]);
  });
});

describe("classes", () => {
  test("imbalance is a ratio and an effective number, and small or absent classes are named", async () => {
    const classes = ["many", "few", "none"];
    const inspection = await inspect({
      features: table(normal, normal),
      labels: Uint8Array.from({ length: rows }, (_, row) => Number(row % 60 === 0)),
      shape: [2],
      task: { kind: "classification", classes },
    });
    const [many, few, none] = inspection.classes!;
    expect(many!.train + many!.validation).toBe(295);
    expect(none).toEqual({ name: "none", train: 0, validation: 0 });
    expect(inspection.balance!.ratio).toBe(many!.train / few!.train);
    expect(inspection.balance!.effectiveClasses).toBeGreaterThan(1);
    expect(inspection.balance!.effectiveClasses).toBeLessThan(1.2);
    expect(codesOf(inspection)).toEqual(
      expect.arrayContaining(["class-imbalance", "classes-without-examples", "small-classes"]),
    );
  });

  test("equal classes are as many as there are", async () => {
    const { balance } = await inspect(
      {
        features: table(normal),
        labels: Uint8Array.from({ length: rows }, (_, row) => row % 2),
        shape: [1],
      },
      { data: { stratified: true } },
    );
    expect(balance!.ratio).toBe(1);
    expect(balance!.effectiveClasses).toBeCloseTo(2, 12);
  });
});

describe("images", () => {
  const shape = [6, 5, 3];
  const size = 90;
  const picture = (row: number, i: number) => {
    const place = Math.floor(i / 3);
    if (place === 0) return 9;
    return 128 + 50 * stream.normal(row * 100 + i) * (i % 3 === 0 ? 0.1 : 1);
  };
  const pictures = (count: number, of: (row: number) => number = (row) => row) =>
    Uint8Array.from({ length: count * size }, (_, i) => picture(of(Math.floor(i / size)), i % size));

  test("values are measured over the training split as the network sees them, and channel by channel", async () => {
    const { features } = await inspect({ features: pictures(60), labels: labels.slice(0, 60), shape });
    expect(features.channels).toHaveLength(3);
    expect(features.channels[0]!.deviation).toBeLessThan(features.channels[1]!.deviation);
    expect(features.all.mean).toBeCloseTo(features.channels.reduce((sum, { mean }) => sum + mean, 0) / 3, 12);
    expect(features.all.maximum).toBeLessThanOrEqual(1);
    expect(features).toMatchObject({ constant: 3, missing: 0 });
  });

  test("bytes that reach a few of 255 are suspicious", async () => {
    const dark = pictures(60).map((value) => value >> 5);
    expect(codesOf(await inspect({ features: dark, labels: labels.slice(0, 60), shape }))).toContain(
      "suspicious-scale",
    );
  });

  test("duplicates are counted by where they are and by their labels, those of the test split by place alone", async () => {
    const count = 120;
    // Every picture is there twice.
    const features = pictures(count, (row) => row % 60);
    const own = Uint8Array.from({ length: count }, (_, row) => Number(row < 3));
    const locked = new LockedSplit(2, async () => ({
      examples: {
        count: 2,
        shape,
        features: pictures(2, (row) => row * 500 + 7),
        labels: Uint8Array.of(0, 1),
      },
      contentHash: "h",
    }));
    const { duplicates, findings } = await inspect(
      { features, labels: own, shape, test: locked },
      { data: { train: 100, validation: 20 } },
    );
    const { train, trainValidation, test: withTest, testCount } = duplicates!;
    const validationPairs = 60 - train.length - trainValidation.length;
    expect(trainValidation.length + 2 * validationPairs).toBe(20);
    expect([...train, ...trainValidation].filter(({ hasSameLabel }) => !hasSameLabel).length).toBeLessThan(4);
    expect(withTest).toEqual([{ first: 7, second: 0, distance: 0, isExact: true }]);
    expect(testCount).toBe(2);
    expect(findings.map(({ code }) => code)).toEqual(
      expect.arrayContaining([
        "duplicates-in-train",
        "duplicates-in-validation",
        "duplicates-in-test",
        "duplicates-with-different-labels",
      ]),
    );
  });

  test("the test split is not read unless asked for", async () => {
    const locked = new LockedSplit(2, () => Promise.reject(new Error("read")));
    const made = { features: pictures(60), labels: labels.slice(0, 60), shape, test: locked };
    expect((await inspect(made, { duplicates: "splits" })).duplicates).toMatchObject({ test: null });
    expect((await inspect(made, { duplicates: "none" })).duplicates).toBeNull();
    await expect(inspect(made)).rejects.toThrow("read");
  });
});
