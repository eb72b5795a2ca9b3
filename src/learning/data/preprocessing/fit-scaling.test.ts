import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { RandomStream, toSeed } from "../../../base/index.ts";
import type { Examples } from "../examples.ts";
import { preprocessingSchema, type PreprocessingDocument } from "./fields.ts";
import { fitScaling } from "./fit-scaling.ts";

interface FitOptions {
  readonly shape: readonly number[];
  readonly indices?: readonly number[];
}

function fit(
  features: Examples["features"],
  { shape, indices }: FitOptions,
  preprocessing: Partial<PreprocessingDocument> = {},
) {
  const perExample = shape.reduce((product, size) => product * size, 1);
  const count = features.length / perExample;
  const examples = { count, shape, features, labels: new Uint8Array(count) };
  const train = {
    examples,
    indices: Int32Array.from(indices ?? Array.from({ length: count }, (_, index) => index)),
  };
  const { scaling, describe: told } = fitScaling({ train, shape }, preprocessingSchema.parse(preprocessing));
  const { length } = scaling.scale;
  const scaled = Array.from(
    features,
    (value, index) => value * scaling.scale[index % length]! + scaling.shift[index % length]!,
  );
  return { scaling, scaled, describe: told };
}

const expectClose = (received: readonly number[], expected: readonly number[], digits = 12) => {
  expect(received).toHaveLength(expected.length);
  received.forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, digits));
};

/** Two examples of 1 x 2 pixels of two channels. */
const image = { shape: [1, 2, 2] };
const pixels = Uint8Array.of(0, 51, 102, 51, 204, 51, 102, 51);

describe("none and unit", () => {
  test("bytes stay as they are, or go to [0, 1]", () => {
    expect(fit(pixels, image, { scaling: "none" }).scaled).toEqual([...pixels]);
    expect(fit(pixels, image, { scaling: "unit" }).scaling).toEqual({
      scale: Float64Array.of(1 / 255),
      shift: Float64Array.of(0),
    });
  });

  test("floats stay as they are with both", () => {
    const table = Float32Array.of(-3, 7);
    for (const scaling of ["none", "unit"] as const) {
      expect(fit(table, { shape: [2] }, { scaling }).scaled).toEqual([-3, 7]);
    }
  });

  test("images go to [0, 1] and tables are standardised unless something else is said", () => {
    expect(fit(pixels, image).describe()).toMatchObject({ scaling: "unit", per: "all" });
    expect(fit(Float32Array.of(1, 2), { shape: [1] }).describe()).toMatchObject({
      scaling: "standardize",
      per: "feature",
    });
  });
});

describe("standardize", () => {
  test("with one mean and deviation, those of all values", () => {
    const { scaling, scaled } = fit(pixels, image, { scaling: "standardize" });
    expect(scaling.scale).toHaveLength(1);
    const mean = scaled.reduce((sum, value) => sum + value) / scaled.length;
    expect(mean).toBeCloseTo(0, 12);
    expect(scaled.reduce((sum, value) => sum + (value - mean) ** 2, 0) / scaled.length).toBeCloseTo(1, 12);
  });

  test("per channel, a constant channel becomes 0", () => {
    const { scaled } = fit(pixels, image, { scaling: "standardize", per: "channel" });
    expectClose(
      scaled,
      [-102, 0, 0, 0, 102, 0, 0, 0].map((value) => value / Math.sqrt(102 ** 2 / 2)),
    );
  });

  test("per feature, by a mean image and a deviation image with 1e-5 added", () => {
    const { scaled } = fit(pixels, image, { scaling: "standardize", per: "feature" });
    const one = 0.4 / (0.4 + 1e-5);
    expectClose(scaled, [-one, 0, 0, 0, one, 0, 0, 0]);
  });

  test("the columns of a table, each by itself and with nothing added", () => {
    const { scaled } = fit(Float32Array.of(1, 1e6, 3, 3e6), { shape: [2] });
    expectClose(scaled, [-1, -1, 1, 1]);
  });

  test("a column of equal values that float64 cannot add exactly becomes 0", () => {
    const table = Float32Array.from({ length: 1001 }, () => 0.1);
    expect(new Set(fit(table, { shape: [1] }).scaled)).toEqual(new Set([0]));
  });

  test("by given constants, on the scale of bytes divided by 255", () => {
    const { scaled } = fit(pixels, image, { scaling: "standardize", mean: 0.2, deviation: [0.5, 2] });
    expectClose(scaled.slice(0, 4), [-0.4, 0, 0.4, 0]);
    const plain = fit(Float32Array.of(3), { shape: [1] }, { scaling: "standardize", mean: 1, deviation: 4 });
    expectClose(plain.scaled, [0.5]);
  });

  test("by a given mean and the measured deviation", () => {
    const { scaled } = fit(Uint8Array.of(0, 255), { shape: [1, 1, 1] }, { scaling: "standardize", mean: 0 });
    expectClose(scaled, [0, 2]);
  });
});

describe("min-max", () => {
  test("each column to [0, 1], a constant one to 0", () => {
    const { scaled } = fit(Float32Array.of(-2, 5, 2, 5, 0, 5), { shape: [2] }, { scaling: "min-max" });
    expectClose(scaled, [0, 0, 1, 0, 0.5, 0]);
  });

  test("of images, all values by one range", () => {
    const { scaled } = fit(Uint8Array.of(51, 102, 153, 102), { shape: [1, 2, 1] }, { scaling: "min-max" });
    expectClose(scaled, [0, 0.5, 1, 0.5]);
  });
});

describe("fitScaling", () => {
  test("measures the training examples and no others", () => {
    const table = Float32Array.of(0, 2, 1e9);
    for (const scaling of ["standardize", "min-max"] as const) {
      const part = fit(table, { shape: [1], indices: [0, 1] }, { scaling }).scaling;
      expect(part).toEqual(fit(table.slice(0, 2), { shape: [1] }, { scaling }).scaling);
    }
  });

  test.each<[Partial<PreprocessingDocument>, string]>([
    [
      { scaling: "unit", mean: 0.5 },
      "data.preprocessing: `mean` goes with the scaling `standardize`, got it with `unit`.",
    ],
    [
      { scaling: "standardize", mean: [1, 2, 3] },
      "data.preprocessing: `mean` must be one number or 2, one for each channel, got 3 numbers.",
    ],
    [
      { scaling: "standardize", deviation: [1, 0] },
      "data.preprocessing: `deviation` must be above 0, got 0.",
    ],
  ])("refuses %j", (preprocessing, message) => {
    expect(() => fit(pixels, image, preprocessing)).toThrow(
      expect.objectContaining({ code: "INVALID_DOCUMENT", message, hint: expect.stringMatching(/\.$/) }),
    );
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])("names the place of %d among the values", (value) => {
    expect(() => fit(Float32Array.of(1, 2, 3, value), { shape: [2] })).toThrow(
      expect.objectContaining({
        code: "INVALID_DATA",
        message: expect.stringMatching(/must be finite to be scaled, got \w+ for feature 1 of example 1/),
      }),
    );
  });

  test("large tables are measured as exactly as small ones", () => {
    const stream = new RandomStream(toSeed(2), "table");
    const table = Float32Array.from({ length: 30_000 }, (_, index) => 1e6 + stream.normal(index));
    const { scaled } = fit(table, { shape: [3] });
    const column = scaled.filter((_, index) => index % 3 === 1);
    const mean = column.reduce((sum, value) => sum + value) / column.length;
    expect(Math.abs(mean)).toBeLessThan(1e-8);
    expect(column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / column.length).toBeCloseTo(1, 8);
  });
});

describe("what is told of it", () => {
  test("statistics of all values and of each channel, the constants, and what comes of them", () => {
    const { describe: report } = fit(pixels, image, {
      scaling: "standardize",
      mean: [0.4, 0.3],
      deviation: 0.5,
    });
    expect(report()).toMatchObject({
      scaling: "standardize",
      measured: {
        all: { minimum: 0, maximum: 0.8 },
        channels: [
          {
            mean: expect.closeTo(0.4, 12) as number,
            deviation: expect.closeTo(Math.sqrt(0.08), 12) as number,
          },
          { mean: expect.closeTo(0.2, 12) as number, deviation: 0, minimum: 0.2, maximum: 0.2 },
        ],
      },
      constants: { subtracted: [0.4, 0.3], divisor: [0.5] },
      scaled: { mean: expect.closeTo(-0.1, 12) as number, minimum: expect.closeTo(-0.8, 12) as number },
    });
  });
});

interface Golden {
  readonly fittedRows: number;
  readonly table: readonly (readonly number[])[];
  readonly standardize: readonly (readonly number[])[];
  readonly "min-max": readonly (readonly number[])[];
}

test.each(["standardize", "min-max"] as const)("%s scales as scikit-learn does", (scaling) => {
  const golden = JSON.parse(
    readFileSync(new URL("../../../../test/golden/scalings.json", import.meta.url), "utf8"),
  ) as Golden;
  const { table, fittedRows } = golden;
  const indices = Array.from({ length: fittedRows }, (_, row) => row);
  const { scaled } = fit(
    Float32Array.from(table.flat()),
    { shape: [table[0]!.length], indices },
    { scaling },
  );
  expectClose(scaled, golden[scaling].flat(), 9);
});
