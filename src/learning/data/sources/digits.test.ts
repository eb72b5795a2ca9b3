import { describe, expect, test } from "vitest";

import { RandomStream, toSeed } from "../../../base/index.ts";
import { datasetSourceContract } from "../../../testing/dataset-source-contract.ts";
import { drawDigit } from "../digits/draw-digit.ts";
import { glyphs } from "../digits/glyphs.ts";
import { openTestSplit } from "../open-test-split.ts";
import { digits } from "./digits.ts";

describe("digits", () => {
  datasetSourceContract({ create: () => digits, options: () => ({}) });

  test("the bytes never change: documents rest on them, on every machine", async () => {
    const dataset = await digits.load({});
    expect(dataset.contentHash).toMatchInlineSnapshot(
      `"8654ae8127a24018c85f6d7474868a4663a5bbd71d46bf7d11a7b33bb1115893"`,
    );
    const { opening } = await openTestSplit(dataset.test!, { purpose: "golden bytes", now: 0 });
    expect(opening.contentHash).toMatchInlineSnapshot(
      `"0fad6a4f8db1839c29c2b6ae3832b51fa6f08e9080bc57c1500870e358b5f68b"`,
    );
  });

  test("it is drawn once per process and the test split anew at each opening", async () => {
    const first = await digits.load({});
    expect((await digits.load({})).examples).toBe(first.examples);
    const { examples } = await openTestSplit(first.test!, { purpose: "shape", now: 0 });
    expect(examples).toMatchObject({ count: 2000, shape: [28, 28, 1] });
  });

  test("every class occurs equally often and fills a plausible part of the image", async () => {
    const { examples } = await digits.load({});
    for (let label = 0; label < 10; label++) {
      let count = 0;
      let bright = 0;
      for (let index = 0; index < examples.count; index++) {
        if (examples.labels[index] !== label) continue;
        count += 1;
        for (let pixel = 0; pixel < 784; pixel++) {
          if (examples.features[index * 784 + pixel]! > 127) bright += 1;
        }
      }
      expect(count).toBe(1200);
      expect(bright / count).toBeGreaterThan(20);
      expect(bright / count).toBeLessThan(200);
    }
  });

  test("no image of the test split is among the examples", async () => {
    const dataset = await digits.load({});
    const { examples } = await openTestSplit(dataset.test!, { purpose: "overlap", now: 0 });
    const imagesOf = (features: ArrayLike<number>, count: number): string[] => {
      const bytes = Buffer.from(features as Uint8Array);
      return Array.from({ length: count }, (_, index) =>
        bytes.toString("latin1", index * 784, index * 784 + 784),
      );
    };
    const seen = new Set(imagesOf(dataset.examples.features, 12_000));
    expect(imagesOf(examples.features, 2000).some((image) => seen.has(image))).toBe(false);
  });
});

describe("drawDigit", () => {
  const draw = (label: number, name: string, offset = 0): Uint8Array => {
    const out = new Uint8Array(784 + 2 * offset);
    drawDigit(label, new RandomStream(toSeed(5), name), { out, offset });
    return out;
  };

  test("an image follows from its label and stream alone", () => {
    const before = draw(3, "a");
    draw(8, "b");
    expect(draw(3, "a")).toEqual(before);
    expect(draw(3, "b")).not.toEqual(before);
    expect(draw(4, "a")).not.toEqual(before);
  });

  test("it writes its own pixels only", () => {
    const out = draw(7, "a", 10);
    expect([...out.subarray(0, 10), ...out.subarray(-10)]).toEqual(Array.from({ length: 20 }, () => 0));
    expect(out.subarray(10, -10)).toEqual(draw(7, "a"));
  });

  test("every digit has several ways of writing, inside the box", () => {
    expect(glyphs).toHaveLength(10);
    for (const ways of glyphs) {
      expect(ways.length).toBeGreaterThanOrEqual(3);
      for (const { points } of ways.flat()) {
        expect(points.length % 2).toBe(0);
        expect(points.length).toBeGreaterThanOrEqual(4);
        expect(points.every((value) => value >= 0 && value <= 100)).toBe(true);
      }
    }
  });
});
