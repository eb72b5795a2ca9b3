import { expect, test } from "vitest";

import type { DatasetSource, SourceOptions } from "../learning/data/index.ts";

export interface DatasetSourceContractOptions {
  /** Called once per test. */
  readonly create: () => DatasetSource;
  /** Options under which the examples are at hand. */
  readonly options: () => SourceOptions;
}

/** What every source of data must keep; call it inside a `describe` block. */
export function datasetSourceContract({ create, options }: DatasetSourceContractOptions): void {
  test("what it says of itself is what it loads", async () => {
    const source = create();
    const dataset = await source.load(options());
    const { examples } = dataset;
    expect(dataset.name).toBe(source.name);
    expect(dataset.classes).toEqual(source.classes);
    expect(dataset.shape).toEqual(source.shape);
    expect(dataset.test.count).toBe(source.testCount);
    expect(examples.count).toBe(source.exampleCount);
    expect(examples.shape).toEqual(source.shape);
    expect(examples.labels).toHaveLength(examples.count);
    const size = source.shape.reduce((product, dimension) => product * dimension, 1);
    expect(examples.features).toHaveLength(examples.count * size);
  });

  test("loading twice gives equal bytes and an equal content hash (Purity)", async () => {
    const source = create();
    const first = await source.load(options());
    const second = await source.load(options());
    expect(second.contentHash).toBe(first.contentHash);
    expect(first.contentHash).toMatch(/^[0-9a-f]{64}$/);
    expect(Buffer.compare(Buffer.from(first.examples.features), Buffer.from(second.examples.features))).toBe(
      0,
    );
    expect(Buffer.compare(first.examples.labels, second.examples.labels)).toBe(0);
  });

  test("every label is the index of a class (Validity)", async () => {
    const source = create();
    const { examples, classes } = await source.load(options());
    expect(examples.labels.every((label) => label < classes.length)).toBe(true);
  });

  test("its examples are said to be at hand", async () => {
    const source = create();
    const location = await source.locate(options());
    expect(location.isAtHand).toBe(true);
    expect(location.kind).not.toBe("download");
  });
}
