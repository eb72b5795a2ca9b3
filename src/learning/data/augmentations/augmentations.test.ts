import { describe, expect, it } from "vitest";

import { augmentations, augmentationSchema } from "./index.ts";
import { lowerAugmentation } from "./lower-augmentation.ts";

const lowered = (document: object, shape: readonly number[] = [10, 20, 3]) =>
  lowerAugmentation(augmentationSchema.parse(document), shape);

describe("augmentationSchema", () => {
  it("asks for nothing by default", () => {
    expect(augmentationSchema.parse({})).toEqual({});
    expect(lowered({})).toBeUndefined();
  });

  it("fills in every setting of an augmentation that is named", () => {
    const named = Object.fromEntries(Object.keys(augmentations).map((name) => [name, {}]));
    const parsed = augmentationSchema.parse(named);
    expect(parsed).toMatchObject({
      horizontalFlip: { probability: 0.5 },
      rotation: { degrees: 10, probability: 1 },
      resizedCrop: { area: 0.08, ratio: 4 / 3, probability: 1 },
      randomErasing: { area: 0.33, ratio: 3.3, fill: 0, probability: 0.5 },
    });
    expect(augmentationSchema.parse(parsed)).toEqual(parsed);
    expect(lowered(named)?.primitives).toHaveLength(13);
  });

  it.each([
    ["a probability above 1", { rotation: { probability: 1.1 } }],
    ["a range that goes backwards", { rotation: { degrees: [10, -10] } }],
    ["a negative number of degrees on both sides", { rotation: { degrees: -10 } }],
    ["a crop of nothing", { resizedCrop: { area: 0 } }],
    ["half a pixel", { paddedCrop: { padding: 0.5 } }],
    ["a zoom to nothing", { zoom: { factor: 0.95 } }],
    ["an augmentation that there is not", { rotate: {} }],
    ["another word for a fill", { fill: "mirror" }],
  ])("refuses %s", (_, document) => {
    expect(augmentationSchema.safeParse(document).success).toBe(false);
  });
});

describe("augmentations", () => {
  it("draw from streams of their own", () => {
    const streams = Object.values(augmentations).map(({ stream }) => stream);
    expect(new Set(streams).size).toBe(streams.length);
  });

  it("come in the registry's order, with units of the engine", () => {
    const program = lowered({
      brightness: { factor: [0, 3] },
      shift: { horizontal: 0.1, vertical: [0, 0.5] },
      rotation: { degrees: 90, probability: 0.25 },
      fill: "edge",
    });
    expect(program?.fill).toBe("edge");
    expect(program?.primitives).toMatchObject([
      { kind: "affine", probability: 0.25, settings: { turnsLow: -0.25, turnsHigh: 0.25, zoomLow: 1 } },
      {
        kind: "affine",
        probability: 1,
        settings: { shiftXLow: -2, shiftXHigh: 2, shiftYLow: 0, shiftYHigh: 5 },
      },
      { kind: "brightness", settings: { low: 0, high: 3 } },
    ]);
  });

  it("read one number as a range around nothing", () => {
    expect(lowered({ resizedCrop: { area: 0.5, ratio: Math.E } })?.primitives[0]).toMatchObject({
      settings: { areaLow: 0.5, areaHigh: 1, logRatioLow: expect.closeTo(-1, 12), logRatioHigh: 1 },
    });
    expect(lowered({ randomErasing: { area: 0.01 } })?.primitives[0]).toMatchObject({
      settings: { areaLow: 0.01, areaHigh: 0.01 },
    });
    expect(lowered({ zoom: { factor: 0.5 } })?.primitives[0]).toMatchObject({
      settings: { zoomLow: 0.5, zoomHigh: 1.5 },
    });
  });

  it("are for images alone, and say so", () => {
    expect(() => lowered({ rotation: {} }, [784])).toThrow(
      expect.objectContaining({
        code: "INVALID_DOCUMENT",
        message:
          "data.augmentation: `rotation` is for images of shape [height, width, channels], got examples of shape [784].",
      }),
    );
  });
});
