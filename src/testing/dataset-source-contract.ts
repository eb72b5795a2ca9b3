import { expect, test } from "vitest";

import { outputsOf, type DatasetSource, type SourceOptions } from "../learning/data/index.ts";

export interface DatasetSourceContractOptions {
  /** Called once per test. */
  readonly create: () => DatasetSource;
  /** Options under which the examples are at hand. */
  readonly options: () => SourceOptions;
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint8Array | Float32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** What every source of data must keep; call it inside a `describe` block. */
export function datasetSourceContract({ create, options }: DatasetSourceContractOptions): void {
  test("what it says of itself is what it loads", async () => {
    const source = create();
    const dataset = await source.load(options());
    const { examples } = dataset;
    expect(dataset.name).toBe(source.name);
    const { task, shape } = dataset;
    if (source.taskKind !== null) expect(task.kind).toBe(source.taskKind);
    if (source.facts !== null) {
      expect({ task, shape }).toEqual({ task: source.facts.task, shape: source.facts.shape });
      expect(dataset.test?.count ?? 0).toBe(source.facts.testCount);
      expect(examples.count).toBe(source.facts.exampleCount);
    }
    expect(examples.shape).toEqual(shape);
    const targets = task.kind === "classification" ? 1 : outputsOf(task);
    expect(examples.labels).toHaveLength(examples.count * targets);
    const size = shape.reduce((product, dimension) => product * dimension, 1);
    expect(examples.features).toHaveLength(examples.count * size);
  });

  test("loading twice gives equal bytes and an equal content hash (Purity)", async () => {
    const source = create();
    const first = await source.load(options());
    const second = await source.load(options());
    expect(second.contentHash).toBe(first.contentHash);
    expect(first.contentHash).toMatch(/^[0-9a-f]{64}$/);
    for (const part of ["features", "labels"] as const) {
      expect(Buffer.compare(bytesOf(first.examples[part]), bytesOf(second.examples[part]))).toBe(0);
    }
  });

  test("every label is the index of a class, or a finite number (Validity)", async () => {
    const source = create();
    const { examples, task } = await source.load(options());
    const isValid = (label: number) =>
      task.kind === "classification" ? label < task.classes.length : Number.isFinite(label);
    expect(examples.labels.every(isValid)).toBe(true);
  });

  test("its examples are said to be at hand", async () => {
    const source = create();
    const location = await source.locate(options());
    expect(location.isAtHand).toBe(true);
    expect(location.kind).not.toBe("download");
  });
}
