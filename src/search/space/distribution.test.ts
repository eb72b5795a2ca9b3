import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Json } from "../../base/index.ts";
import {
  contains,
  describeDistribution,
  distributionKinds,
  fromUnit,
  gridValues,
  parseDistribution,
  toUnit,
  type Distribution,
} from "./registry.ts";

const parse = (record: object) => parseDistribution(record, "parameter `x`");

const unit = fc.double({ min: 0, max: 1, noNaN: true });
const scale = fc.constantFrom("linear" as const, "log" as const, "reverse-log" as const);

const continuous = fc
  .tuple(scale, fc.double({ min: 1e-8, max: 1e8, noNaN: true }), fc.double({ min: 0, max: 1e6, noNaN: true }))
  .map(([kind, low, width]) =>
    parse({ kind: "float", low: kind === "linear" ? low - 1e4 : low, high: low + width, scale: kind }),
  );
const stepped = fc
  .tuple(
    fc.integer({ min: -1000, max: 1000 }),
    fc.integer({ min: 1, max: 50 }),
    fc.constantFrom(0.1, 0.25, 0.001, 3),
  )
  .map(([low, count, step]) =>
    parse({ kind: "float", low, high: Number((low + count * step).toPrecision(12)), step }),
  );
const integer = fc.oneof(
  fc
    .tuple(
      fc.integer({ min: -1e6, max: 1e6 }),
      fc.integer({ min: 0, max: 500 }),
      fc.integer({ min: 1, max: 7 }),
    )
    .map(([low, count, step]) => parse({ kind: "integer", low, high: low + count * step, step })),
  fc
    .tuple(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 0, max: 5000 }), scale)
    .map(([low, width, kind]) => parse({ kind: "integer", low, high: low + width, scale: kind })),
);
const categorical = fc
  .tuple(
    fc.uniqueArray(fc.jsonValue({ maxDepth: 2 }), {
      minLength: 1,
      maxLength: 8,
      selector: (value) => JSON.stringify(value),
    }),
    fc.boolean(),
  )
  .map(([values, isWeighted]) => {
    const sum = (values.length * (values.length + 1)) / 2;
    const probabilities = isWeighted ? values.map((_, index) => (index + 1) / sum) : null;
    return parse({ kind: "categorical", values: JSON.parse(JSON.stringify(values)) as Json, probabilities });
  });
const step = fc.constantFrom(null, 0.1, 0.25, 1, 3);
const bell = fc.oneof(
  fc
    .tuple(
      fc.constantFrom("normal", "log-normal"),
      fc.double({ min: -5, max: 5, noNaN: true }),
      fc.double({ min: 1e-3, max: 3, noNaN: true }),
      step,
    )
    .map(([kind, mean, deviation, size]) => parse({ kind, mean, deviation, step: size })),
  fc
    .tuple(
      fc.double({ min: 0.1, max: 50, noNaN: true }),
      fc.double({ min: 0.1, max: 50, noNaN: true }),
      fc.constantFrom(null, 0.1, 0.25, 1),
    )
    .map(([a, b, size]) => parse({ kind: "beta", a, b, step: size })),
);
const ordinal = fc
  .uniqueArray(fc.string(), { minLength: 1, maxLength: 8 })
  .map((values) => parse({ kind: "ordinal", values }));
const any = fc.oneof(
  bell,
  ordinal,
  continuous,
  stepped,
  integer,
  categorical,
  fc.constant(parse({ kind: "constant", value: [1] })),
);

describe("every distribution", () => {
  it("decodes every point of [0, 1] to a value that it contains", () => {
    fc.assert(fc.property(any, unit, (distribution, u) => contains(distribution, fromUnit(distribution, u))));
  });

  it("encodes into [0, 1], and decoding gives the very same value back", () => {
    fc.assert(
      fc.property(any, unit, (distribution, u) => {
        const value = fromUnit(distribution, u);
        const encoded = toUnit(distribution, value);
        expect(encoded).toBeGreaterThanOrEqual(0);
        expect(encoded).toBeLessThanOrEqual(1);
        expect(fromUnit(distribution, encoded)).toEqual(value);
      }),
      { numRuns: 2000 },
    );
  });

  it("encodes each grid value so that decoding gives it back", () => {
    fc.assert(
      fc.property(fc.oneof(stepped, integer, categorical), (distribution) => {
        for (const value of gridValues(distribution)!) {
          expect(contains(distribution, value)).toBe(true);
          expect(fromUnit(distribution, toUnit(distribution, value))).toEqual(value);
        }
      }),
    );
  });

  it("is a plain JSON record that parses to itself", () => {
    fc.assert(
      fc.property(any, (distribution) => {
        expect(parse(JSON.parse(JSON.stringify(distribution)) as object)).toEqual(distribution);
      }),
    );
  });
});

describe("float", () => {
  it("reaches both ends", () => {
    const rate = parse({ kind: "float", low: 1e-5, high: 0.1, scale: "log" });
    expect(fromUnit(rate, 0)).toBe(1e-5);
    expect(fromUnit(rate, 1)).toBe(0.1);
    expect(fromUnit(rate, 0.5)).toBeCloseTo(1e-3, 12);
  });

  it("with a step gives decimals as a person writes them", () => {
    const dropout = parse({ kind: "float", low: 0.1, high: 0.5, step: 0.1 });
    expect(gridValues(dropout)).toEqual([0.1, 0.2, 0.3, 0.4, 0.5]);
    expect(contains(dropout, 0.25)).toBe(false);
  });

  it("without a step cannot be enumerated, unless it is a single value", () => {
    expect(gridValues(parse({ kind: "float", low: 0, high: 1 }))).toBeNull();
    expect(gridValues(parse({ kind: "float", low: 2, high: 2 }))).toEqual([2]);
    expect(gridValues(parse({ kind: "float", low: 0, high: 1, step: 1e-7 }))).toBeNull();
  });

  it("encodes a value that no point decodes to beside its place", () => {
    const wide = parse({ kind: "float", low: -1, high: 1 });
    expect(toUnit(wide, 1e-300)).toBe(0.5);
  });
});

describe("integer", () => {
  it("gives both ends their full share, on a linear and on a log scale", () => {
    for (const kind of ["linear", "log"]) {
      const d = parse({ kind: "integer", low: 1, high: 4, scale: kind });
      expect(fromUnit(d, 0)).toBe(1);
      expect(fromUnit(d, 1)).toBe(4);
      expect(gridValues(d)).toEqual([1, 2, 3, 4]);
    }
  });

  it("does not contain fractions, other kinds of values or values between its steps", () => {
    const d = parse({ kind: "integer", low: 0, high: 10, step: 5 });
    for (const value of [2.5, "5", 3, 15, null]) expect(contains(d, value)).toBe(false);
    expect(contains(d, 5)).toBe(true);
  });

  it("is not enumerated when it is huge", () => {
    expect(gridValues(parse({ kind: "integer", low: 0, high: 1e9 }))).toBeNull();
  });
});

describe("categorical", () => {
  it("gives each value its share of [0, 1]", () => {
    const d = parse({ kind: "categorical", values: ["a", "b"], probabilities: [0.9, 0.1] });
    expect([0, 0.89, 0.91, 1].map((u) => fromUnit(d, u))).toEqual(["a", "a", "b", "b"]);
  });

  it("knows lists and objects by their content", () => {
    const d = parse({ kind: "categorical", values: [[64], { b: 1, a: 2 }] });
    expect(contains(d, [64])).toBe(true);
    expect(contains(d, { a: 2, b: 1 })).toBe(true);
    expect(contains(d, [65])).toBe(false);
  });
});

describe("reverse-log", () => {
  it("tells values near the upper end apart most finely, as log does near the lower one", () => {
    const momentum = parse({ kind: "float", low: 0.01, high: 1, scale: "reverse-log" });
    const mirror = parse({ kind: "float", low: 0.01, high: 1, scale: "log" });
    for (const u of [0, 0.2, 0.5, 0.9, 1]) {
      expect(fromUnit(momentum, u)).toBeCloseTo(1.01 - (fromUnit(mirror, 1 - u) as number), 12);
    }
  });
});

describe("distributions without hard ends", () => {
  it.each([
    [{ kind: "normal", mean: 3, deviation: 2 }, [1, 3, 5]],
    [{ kind: "log-normal", mean: 0, deviation: 1 }, [Math.exp(-1), 1, Math.E]],
  ])("%j has its quantiles", (record, expected) => {
    const sixteenth = 0.158_655_253_931_457_07;
    const d = parse(record);
    const values = [sixteenth, 0.5, 1 - sixteenth].map((u) => fromUnit(d, u) as number);
    values.forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 10));
  });

  it("rounds to multiples, which encode to the middle of what is rounded to them", () => {
    const d = parse({ kind: "normal", mean: 0, deviation: 1, step: 1 });
    expect([0.01, 0.3, 0.5, 0.7, 0.99].map((u) => fromUnit(d, u))).toEqual([-2, -1, 0, 1, 2]);
    expect(toUnit(d, 0)).toBeCloseTo(0.5, 12);
    expect(contains(d, 0.5)).toBe(false);
  });

  it("gives a multiple also where the ends hold none", () => {
    const d = parse({ kind: "normal", mean: -0.008_000_000_000_000_002, deviation: 0.001, step: 3 });
    expect(fromUnit(d, 0)).toBe(0);
    expect(contains(d, 0)).toBe(true);
  });

  it("never gives an infinite value", () => {
    for (const record of [
      { kind: "normal" },
      { kind: "log-normal", deviation: 3 },
      { kind: "beta", a: 0.1 },
    ]) {
      for (const u of [0, 5e-324, 1 - 2 ** -53, 1]) {
        expect(Number.isFinite(fromUnit(parse(record), u) as number)).toBe(true);
      }
    }
  });
});

describe("in words", () => {
  it.each([
    [{ kind: "float", low: 1, high: 2 }, "1 to 2 (float, linear)"],
    [{ kind: "integer", low: 2, high: 8, step: 2 }, "2 to 8 (integer, linear, step 2)"],
    [{ kind: "categorical", values: ["a", "b"], probabilities: [0.25, 0.75] }, '"a" (0.25), "b" (0.75)'],
    [{ kind: "ordinal", values: [1, 2] }, "1 < 2"],
    [{ kind: "constant", value: 5 }, "5"],
    [{ kind: "normal", mean: 1, step: 2 }, "normal, mean 1, deviation 1, step 2"],
    [{ kind: "log-normal" }, "log-normal, logarithm with mean 0 and deviation 1"],
    [{ kind: "beta", a: 2, b: 3 }, "0 to 1 (beta, a 2, b 3)"],
  ])("%j", (record, text) => {
    expect(describeDistribution(parse(record), (value) => JSON.stringify(value))).toBe(text);
  });
});

describe("a distribution that breaks a rule is refused with the rule", () => {
  it.each<[object | null, string]>([
    [{ kind: "float", low: 2, high: 1 }, "`low` must be at most `high`, got low 2 and high 1"],
    [{ kind: "float", low: 0, high: 1, scale: "log" }, "`low` must be > 0 on a log scale, got 0"],
    [{ kind: "float", low: 0, high: 1, scale: "lgo" }, "did you mean `log`?"],
    [{ kind: "float", low: 0 }, "`high` must be a finite number, got nothing"],
    [{ kind: "float", low: "0", high: 1 }, '`low` must be a finite number, got "0"'],
    [{ kind: "float", low: -1.7e308, high: 1.7e308 }, "high - low must be below"],
    [{ kind: "float", low: 0, high: 1, step: 0.3 }, "`step` must divide high - low"],
    [{ kind: "float", low: 0, high: 1, step: 0 }, "`step` must be > 0, got 0"],
    [{ kind: "float", low: 1, high: 2, step: 1, scale: "log" }, "`step` needs a linear scale"],
    [{ kind: "integer", low: 0.5, high: 2.5 }, "`low` must be a whole number below 2^53, got 0.5"],
    [{ kind: "integer", low: 0, high: 5, step: 2 }, "`step` must divide high - low"],
    [{ kind: "integer", low: 0, high: 5, scale: "log" }, "`low` must be > 0 on a log scale"],
    [{ kind: "categorical", values: [] }, "`values` must be a list of at least one value"],
    [{ kind: "categorical" }, "`values` must be a list of at least one value, got nothing"],
    [{ kind: "categorical", values: [1, 1] }, "`values` must differ from each other, got 1 twice"],
    [{ kind: "categorical", values: [1, 2], probabilities: [1] }, "one number per value, 2, got 1"],
    [
      { kind: "categorical", values: [1, 2], probabilities: [0.5, 0.6] },
      "`probabilities` must add up to 1, got 1.1",
    ],
    [{ kind: "categorical", values: [1, 2], probabilities: [1, 0] }, "must be > 0, got 0"],
    [{ kind: "normal", deviation: 0 }, "`deviation` must be > 0, got 0"],
    [{ kind: "normal", deviation: 1e308 }, "its values must be below 1.8e308, got some up to Infinity"],
    [{ kind: "log-normal", mean: 1000 }, "its values must be below 1.8e308, got some up to Infinity"],
    [{ kind: "beta", a: -1 }, "`a` must be > 0, got -1"],
    [{ kind: "log-normal", step: 0 }, "`step` must be > 0, got 0"],
    [{ kind: "ordinal", values: [1, 1] }, "`values` must differ from each other"],
    [{ kind: "constant" }, "`value` must be given"],
    [{ kind: "flaot", low: 0, high: 1 }, "unknown kind of distribution `flaot`; did you mean `float`?"],
    [{ low: 0, high: 1 }, "unknown kind of distribution `nothing`"],
    [{ kind: "float", low: 0, hihg: 1 }, "float has no key `hihg`; did you mean `high`?"],
    [null, "a distribution must be an object, got null"],
  ])("%j", (record, message) => {
    expect(() => parseDistribution(record, "parameter `x`")).toThrow(
      expect.objectContaining({ code: "INVALID_SPACE", message: expect.stringContaining(message) }),
    );
    expect(() => parseDistribution(record, "parameter `x`")).toThrow(/^parameter `x`: /);
  });
});

it("the registry names every kind once", () => {
  expect(distributionKinds satisfies readonly Distribution["kind"][]).toEqual([
    "beta",
    "categorical",
    "constant",
    "float",
    "integer",
    "log-normal",
    "normal",
    "ordinal",
  ]);
});
