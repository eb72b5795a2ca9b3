import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { dataSchema } from "../document.ts";
import { drawSplits } from "./draw-splits.ts";

const classes = ["a", "b", "c", "d"];

interface Made {
  readonly labels: readonly number[];
  readonly groups?: readonly number[];
  readonly ownValidation?: readonly number[];
}

function datasetOf({ labels, groups, ownValidation }: Made) {
  const count = labels.length;
  return {
    name: "made",
    task: { kind: "classification", classes } as const,
    examples: { count, shape: [1], features: new Uint8Array(count), labels: Uint8Array.from(labels) },
    ...(groups === undefined ? {} : { groups: Int32Array.from(groups) }),
    ...(ownValidation === undefined ? {} : { ownValidation: Int32Array.from(ownValidation) }),
  };
}

const draw = (made: Made, data: object) =>
  drawSplits(datasetOf(made), dataSchema.parse({ dataset: "mnist", ...data }));

const seeds = fc.nat();

/** Labels of which every class has at least `fewest`. */
const labelsOf = (fewest: number) =>
  fc
    .tuple(
      ...classes.map((_, label) =>
        fc.integer({ min: fewest, max: 60 }).map((count) => Array.from({ length: count }, () => label)),
      ),
    )
    .chain((parts) => fc.shuffledSubarray(parts.flat(), { minLength: parts.flat().length }));

const grouped = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.nat(3)), { minLength: 6, maxLength: 30 })
  .map((groups) => {
    const rows = groups.flatMap(([size, label], group) =>
      Array.from({ length: size }, (_, i) => [group * 7 - 20, (label + (i % 2)) % 4] as const),
    );
    return { groups: rows.map(([group]) => group), labels: rows.map(([, label]) => label) };
  });

const sizesOf = (count: number) =>
  fc
    .integer({ min: 1, max: count - 1 })
    .chain((validation) =>
      fc.tuple(fc.constant(validation), fc.integer({ min: 1, max: count - validation })),
    );

function countsOf(labels: readonly number[], indices: Int32Array): number[] {
  const counts = classes.map(() => 0);
  for (const index of indices) counts[labels[index]!]! += 1;
  return counts;
}

function expectDisjoint(count: number, ...parts: Int32Array[]): void {
  const all = parts.flatMap((part) => [...part]);
  expect(new Set(all).size).toBe(all.length);
  expect(all.every((index) => Number.isInteger(index) && index >= 0 && index < count)).toBe(true);
}

/** How far each class's count is from its share of all. */
function errorsOf(labels: readonly number[], indices: Int32Array): number[] {
  const all = countsOf(labels, Int32Array.from(labels.keys()));
  return countsOf(labels, indices).map((count, label) =>
    Math.abs(count - (indices.length * all[label]!) / labels.length),
  );
}

describe("sizes", () => {
  test("55,000 / 5,000 by name, and shares", () => {
    const labels = Array.from({ length: 60_000 }, (_, index) => index % 4);
    const sizes = (data: object) => {
      const { train, validation } = draw({ labels }, data);
      return [train.length, validation.length];
    };
    expect(sizes({ train: 55_000, validation: 5000 })).toEqual([55_000, 5000]);
    expect(sizes({ train: 0.8, validation: 0.2 })).toEqual([48_000, 12_000]);
    expect(sizes({ train: 0.25 })).toEqual([15_000, 5000]);
  });

  test("shares that add up to one ask for no more than there is, however they are rounded", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 500 }), fc.integer({ min: 1, max: 99 }), (count, percent) => {
        const share = percent / 100;
        const { train, validation } = draw(
          { labels: Array.from({ length: count }, () => 0) },
          { train: 1 - share, validation: share },
        );
        expect(train.length + validation.length).toBeLessThanOrEqual(count);
        expect(Math.min(train.length, validation.length)).toBeGreaterThan(0);
      }),
    );
  });
});

describe("stratified", () => {
  test("both splits have the classes in their shares, to within one example, and the sizes asked for", () => {
    const cases = labelsOf(2).chain((labels) => fc.tuple(fc.constant(labels), sizesOf(labels.length)));
    fc.assert(
      fc.property(cases, seeds, ([labels, [validation, train]], seed) => {
        const splits = draw({ labels }, { train, validation, seed, stratified: true });
        expect([splits.train.length, splits.validation.length]).toEqual([train, validation]);
        expectDisjoint(labels.length, splits.train, splits.validation);
        expect(Math.max(...errorsOf(labels, splits.validation))).toBeLessThan(1);
        expect(Math.max(...errorsOf(labels, splits.train))).toBeLessThan(1);
      }),
    );
  });

  test("a smaller train split is part of a larger one, and changes nothing in validation", () => {
    const cases = labelsOf(2).chain((labels) => fc.tuple(fc.constant(labels), sizesOf(labels.length)));
    fc.assert(
      fc.property(cases, seeds, ([labels, [validation, train]], seed) => {
        const small = draw({ labels }, { train, validation, seed, stratified: true });
        const larger = draw(
          { labels },
          { train: labels.length - validation, validation, seed, stratified: true },
        );
        expect(small.validation).toEqual(larger.validation);
        expect(small.train).toEqual(larger.train.subarray(0, train));
      }),
    );
  });

  test("a class that cannot be in both splits is named", () => {
    expect(() => draw({ labels: [0, 0, 0, 0, 1, 2, 2, 2] }, { stratified: true })).toThrow(
      expect.objectContaining({
        code: "INVALID_DOCUMENT",
        message: expect.stringMatching(/at least 2 examples, one for each split, got 1 of `b`\.$/),
        hint: expect.stringContaining("leave `stratified` out"),
      }),
    );
  });

  test("values to predict have no classes to share out", () => {
    const { examples } = datasetOf({ labels: [0, 0, 0] });
    const dataset = {
      name: "prices",
      task: { kind: "regression", targetNames: ["price"] } as const,
      examples: { ...examples, labels: new Float32Array(3) },
    };
    const data = dataSchema.parse({ dataset: "mnist", stratified: true });
    expect(() => drawSplits(dataset, data)).toThrow(
      expect.objectContaining({
        code: "INVALID_DOCUMENT",
        message: expect.stringContaining("values that `prices` is to predict"),
        hint: "Leave `stratified` out.",
      }),
    );
  });
});

describe("folds", () => {
  const folded = fc.tuple(labelsOf(5), fc.integer({ min: 2, max: 5 }), seeds, fc.boolean());

  test("every example validates once over all folds, whose sizes differ by at most one", () => {
    fc.assert(
      fc.property(folded, ([labels, folds, seed, stratified]) => {
        const all = Array.from({ length: folds }, (_, fold) =>
          draw({ labels }, { folds, fold, seed, stratified }),
        );
        for (const { train, validation } of all) {
          expectDisjoint(labels.length, train, validation);
          expect(train.length + validation.length).toBe(labels.length);
          if (stratified) expect(Math.max(...errorsOf(labels, validation))).toBeLessThan(2);
        }
        const validations = all.map(({ validation }) => validation);
        expectDisjoint(labels.length, ...validations);
        const sizes = validations.map(({ length }) => length);
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(labels.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        if (!stratified) return;
        for (const label of classes.keys()) {
          const counts = validations.map((validation) => countsOf(labels, validation)[label]!);
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test("fewer train on the first of those that more train on", () => {
    fc.assert(
      fc.property(
        folded,
        fc.double({ min: 0.1, max: 1, noNaN: true }),
        ([labels, folds, seed, stratified], share) => {
          const all = draw({ labels }, { folds, seed, stratified }).train.length;
          const few = Math.max(1, Math.floor(share * all));
          const larger = draw({ labels }, { folds, seed, stratified, train: all });
          const small = draw({ labels }, { folds, seed, stratified, train: few });
          expect(small.train).toEqual(larger.train.subarray(0, few));
          expect(small.validation).toEqual(larger.validation);
        },
      ),
    );
  });

  test("more than there is, is refused", () => {
    const labels = [0, 0, 0, 0, 1, 1, 1, 1];
    expect(() => draw({ labels }, { folds: 9 })).toThrow(/`folds` must be at most 8, .* got 9\./);
    expect(() => draw({ labels }, { folds: 4, fold: 1, train: 7 })).toThrow(
      /`train` must be at most 6, the examples of `made` outside of fold 1, got 7\./,
    );
    expect(() => draw({ labels }, { folds: 5, stratified: true })).toThrow(
      /at least 5 examples, one for each fold, got 4 of `a`, 4 of `b`\./,
    );
  });
});

describe("groups", () => {
  test("they are never torn apart", () => {
    fc.assert(
      fc.property(
        grouped,
        seeds,
        fc.boolean(),
        fc.double({ min: 0.1, max: 0.6, noNaN: true }),
        (made, seed, stratified, share) => {
          const count = made.labels.length;
          const validation = Math.max(1, Math.floor(share * count));
          for (const data of [
            { validation },
            { validation, train: count - validation },
            { folds: 3, fold: 1 },
          ]) {
            const splits = draw(made, { ...data, seed, stratified });
            expectDisjoint(count, splits.train, splits.validation);
            expect(Math.min(splits.train.length, splits.validation.length)).toBeGreaterThan(0);
            const inValidation = new Set([...splits.validation].map((index) => made.groups[index]));
            expect([...splits.train].some((index) => inValidation.has(made.groups[index]))).toBe(false);
          }
        },
      ),
    );
  });

  test("no group that was left out would bring the size nearer, but for the last one, which is trained on", () => {
    fc.assert(
      fc.property(grouped, seeds, (made, seed) => {
        const count = made.labels.length;
        const wanted = Math.ceil(count / 4);
        const { train, validation } = draw(made, { validation: wanted, seed });
        const left = new Set([...train].map((index) => made.groups[index]!));
        const distance = Math.abs(validation.length - wanted);
        for (const group of left.size > 1 ? left : []) {
          const size = made.groups.filter((one) => one === group).length;
          expect(Math.abs(validation.length + size - wanted)).toBeGreaterThanOrEqual(distance);
        }
      }),
    );
  });

  test("a group that is far too large is passed over", () => {
    const groups = [
      ...Array.from({ length: 50 }, () => 0),
      ...Array.from({ length: 50 }, (_, i) => 1 + (i % 10)),
    ];
    for (let seed = 0; seed < 20; seed++) {
      const { validation } = draw({ labels: groups.map(() => 0), groups }, { validation: 20, seed });
      expect(validation).toHaveLength(20);
    }
  });

  test("every example validates once over all folds", () => {
    fc.assert(
      fc.property(
        grouped,
        seeds,
        fc.boolean(),
        fc.integer({ min: 2, max: 6 }),
        (made, seed, stratified, folds) => {
          const validations = Array.from(
            { length: folds },
            (_, fold) => draw(made, { folds, fold, seed, stratified }).validation,
          );
          expectDisjoint(made.labels.length, ...validations);
          expect(validations.reduce((sum, { length }) => sum + length, 0)).toBe(made.labels.length);
          expect(Math.min(...validations.map(({ length }) => length))).toBeGreaterThan(0);
        },
      ),
    );
  });

  test("folds of groups of one size are of one size", () => {
    const groups = Array.from({ length: 60 }, (_, i) => i % 12);
    for (let fold = 0; fold < 4; fold++) {
      expect(draw({ labels: groups.map(() => 0), groups }, { folds: 4, fold }).validation).toHaveLength(15);
    }
  });

  test("with `stratified`, groups of one class each are shared out over all folds", () => {
    const groups = Array.from({ length: 120 }, (_, i) => i % 24);
    const labels = groups.map((group) => Math.floor(group / 6));
    for (let fold = 0; fold < 3; fold++) {
      const { validation } = draw({ labels, groups }, { folds: 3, fold, stratified: true });
      expect(countsOf(labels, validation)).toEqual([10, 10, 10, 10]);
    }
    const { validation } = draw({ labels, groups }, { validation: 20, stratified: true });
    expect(countsOf(labels, validation)).toEqual([5, 5, 5, 5]);
  });

  test("a smaller train split is part of a larger one, and changes nothing in validation", () => {
    fc.assert(
      fc.property(grouped, seeds, fc.integer({ min: 1, max: 40 }), (made, seed, wanted) => {
        const validation = Math.ceil(made.labels.length / 5);
        const left = made.labels.length - validation;
        const train = Math.min(wanted, left);
        const small = draw(made, { train, validation, seed });
        const larger = draw(made, { train: left, validation, seed });
        expect(small.validation).toEqual(larger.validation);
        expect(small.train).toEqual(larger.train.subarray(0, small.train.length));
      }),
    );
  });

  test("too few groups are refused", () => {
    const made = { labels: [0, 0, 0, 0], groups: [1, 1, 2, 2] };
    expect(() => draw(made, { folds: 3 })).toThrow(
      /at least 3 groups of examples, one for each fold, got 2\./,
    );
    const one = { labels: [0, 0, 0, 0], groups: [1, 1, 1, 1] };
    expect(() => draw(one, {})).toThrow(
      expect.objectContaining({
        code: "INVALID_DOCUMENT",
        message: expect.stringMatching(/`made` must have at least 2 groups of examples, .* got 1\./),
      }),
    );
  });
});

describe("a validation split of the source's own", () => {
  const made = { labels: Array.from({ length: 20 }, (_, i) => i % 4), ownValidation: [3, 4, 5] };

  test("is taken when the document asks for none", () => {
    const { train, validation } = draw(made, { seed: 5 });
    expect([...validation]).toEqual([3, 4, 5]);
    expect(train).toHaveLength(17);
    expectDisjoint(20, train, validation);
    expect(draw(made, { seed: 5, train: 6 }).train).toEqual(train.subarray(0, 6));
    expect(() => draw(made, { train: 18 })).toThrow(
      /at most 17, .* outside of its own validation split, got 18/,
    );
  });

  test("joins the others when the document says how many validate", () => {
    const seen = new Set<number>();
    for (let fold = 0; fold < 4; fold++)
      draw(made, { folds: 4, fold }).validation.forEach((i) => seen.add(i));
    expect(seen.size).toBe(20);
    const { train, validation } = draw(made, { validation: 8 });
    expect(train.length + validation.length).toBe(20);
    expect(validation).toHaveLength(8);
  });
});

describe("the document", () => {
  const problemsOf = (data: object) =>
    dataSchema
      .safeParse({ dataset: "mnist", ...data })
      .error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);

  test.each([
    [{ folds: 5, fold: 5 }, ["fold: expected at most 4, the last of 5 folds counted from 0"]],
    [{ fold: 2 }, ["fold: expected 0 where there are no `folds`"]],
    [
      { folds: 5, validation: 100 },
      ["validation: expected nothing beside `folds`, which say how many validate"],
    ],
  ])("refuses %j", (data, problems) => {
    expect(problemsOf(data)).toEqual(problems);
  });

  test("takes folds with a number of training examples", () => {
    expect(problemsOf({ folds: 5, fold: 4, train: 100, stratified: true })).toBeUndefined();
  });
});
