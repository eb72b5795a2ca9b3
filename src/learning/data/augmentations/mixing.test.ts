import { describe, expect, it } from "vitest";

import { dataSchema } from "../document.ts";
import { largerShareQuantiles } from "./beta-quantiles.ts";
import { lowerMixing } from "./lower-mixing.ts";

const near = (expected: number) => expect.closeTo(expected, 10) as number;

describe("largerShareQuantiles", () => {
  it("of an even distribution lie on a line", () => {
    expect([...largerShareQuantiles(1, 5)]).toEqual([0.5, near(0.625), near(0.75), near(0.875), 1]);
  });

  it("of alpha 1/2 are those of the arcsine distribution", () => {
    const quantiles = largerShareQuantiles(0.5, 9);
    quantiles.forEach((quantile, place) => {
      expect(quantile).toBeCloseTo(Math.cos(((Math.PI / 2) * (1 - place / 8)) / 2) ** 2, 10);
    });
  });

  it("of alpha 2 belong to the distribution 3 x^2 - 2 x^3", () => {
    const quantiles = largerShareQuantiles(2, 17);
    quantiles.forEach((quantile, place) => {
      expect(3 * quantile ** 2 - 2 * quantile ** 3).toBeCloseTo((1 + place / 16) / 2, 10);
    });
  });

  it("rise from one half to one, for the smallest and the largest alpha", () => {
    for (const alpha of [0.01, 0.2, 3, 100]) {
      const quantiles = largerShareQuantiles(alpha, 513);
      expect([quantiles[0], quantiles.at(-1)]).toEqual([0.5, 1]);
      expect(quantiles.every((value, place) => place === 0 || value >= quantiles[place - 1]!)).toBe(true);
    }
    // As SciPy 1.17 has them: 1 - beta.ppf((1 - p) / 2, alpha, alpha).
    expect(largerShareQuantiles(0.2, 5)[1]).toBeCloseTo(0.836579258923933, 9);
    expect(largerShareQuantiles(100, 5)[2]).toBeCloseTo(0.5238630297005406, 9);
  });
});

describe("lowerMixing", () => {
  const lower = (augmentation: object, shape = [4, 4, 1]) =>
    lowerMixing(dataSchema.parse({ dataset: "digits", augmentation }).augmentation, shape);

  it("fills in what the papers take", () => {
    const { augmentation } = dataSchema.parse({ dataset: "digits", augmentation: { mixup: {}, cutmix: {} } });
    expect(augmentation).toEqual({
      mixup: { alpha: 0.2, probability: 1 },
      cutmix: { alpha: 1, probability: 0.5 },
    });
    expect(lower({})).toBeUndefined();
    expect(lower({ cutmix: {} })).toMatchObject({ cutmix: { probability: 0.5 } });
  });

  it("mixes rows of a table, and refuses to take boxes of them", () => {
    expect(lower({ mixup: {} }, [7])).toMatchObject({ mixup: { probability: 1 } });
    expect(() => lower({ cutmix: {} }, [7])).toThrow(
      expect.objectContaining({
        code: "INVALID_DOCUMENT",
        message:
          "data.augmentation: `cutmix` is for images of shape [height, width, channels], got examples of shape [7].",
      }),
    );
  });

  it.each([{ mixup: { alpha: 0 } }, { cutmix: { probability: 2 } }, { mixup: { share: 1 } }])(
    "refuses %j",
    (augmentation) => {
      expect(dataSchema.safeParse({ dataset: "digits", augmentation }).success).toBe(false);
    },
  );
});
