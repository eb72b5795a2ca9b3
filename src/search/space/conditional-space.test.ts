import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { RandomStream, toSeed, type Json } from "../../base/index.ts";
import { applyConfiguration, checkPaths } from "./apply-configuration.ts";
import { drawFeasible } from "./feasible.ts";
import { fromUnit } from "./registry.ts";
import {
  chooseConfiguration,
  containsConfiguration,
  createSpace,
  decodePoint,
  encodeConfiguration,
  parseSpace,
  serialiseSpace,
  type Configuration,
  type SearchSpace,
} from "./search-space.ts";

const optimizer = {
  name: "optimizer",
  distribution: { kind: "categorical", values: ["adam", "sgd", "lion"] },
};
const momentum = {
  name: "momentum",
  distribution: { kind: "float", low: 0, high: 0.9, step: 0.3 },
  when: { optimizer: ["sgd"] },
};
const nesterov = {
  name: "nesterov",
  distribution: { kind: "categorical", values: [true, false] },
  when: { momentum: { min: 0.1 } },
};
const batch = { name: "batch", distribution: { kind: "integer", low: 1, high: 8 } };

function drawn(space: SearchSpace, number: number): Configuration {
  return drawFeasible(space, ({ name, distribution }, attempt) =>
    fromUnit(distribution, new RandomStream(toSeed(number), name).uniform(attempt)),
  );
}

const nested = createSpace([optimizer, momentum, nesterov, batch]);

describe("a conditional parameter", () => {
  it("is assigned just when its condition holds, and one below it when both do", () => {
    const seen = new Set<string>();
    for (let number = 0; number < 200; number++) {
      const configuration = drawn(nested, number);
      expect(containsConfiguration(nested, configuration)).toBe(true);
      const { optimizer: chosen, momentum: m } = configuration as Record<string, Json>;
      expect("momentum" in configuration).toBe(chosen === "sgd");
      expect("nesterov" in configuration).toBe(chosen === "sgd" && (m as number) >= 0.1);
      seen.add(Object.keys(configuration).join());
    }
    expect(seen).toEqual(
      new Set(["optimizer,batch", "optimizer,momentum,batch", "optimizer,momentum,nesterov,batch"]),
    );
  });

  it("is not assigned otherwise: such a configuration is none of the space's", () => {
    expect(containsConfiguration(nested, { optimizer: "adam", batch: 2 })).toBe(true);
    expect(containsConfiguration(nested, { optimizer: "adam", momentum: 0.3, batch: 2 })).toBe(false);
    expect(containsConfiguration(nested, { optimizer: "sgd", batch: 2 })).toBe(false);
  });

  it("sets a key that the document lacks while it is not active", () => {
    const document = { optimizer: "adam", batch: 1 };
    expect(() => checkPaths(document, nested)).not.toThrow();
    const inactive = applyConfiguration(document, { optimizer: "lion", batch: 3 }, nested);
    expect(inactive).toEqual({ optimizer: "lion", batch: 3 });
    const active = applyConfiguration(
      document,
      { optimizer: "sgd", momentum: 0.3, nesterov: true, batch: 3 },
      nested,
    );
    expect(active).toEqual({ optimizer: "sgd", momentum: 0.3, nesterov: true, batch: 3 });
    expect(() => checkPaths({ optimizer: "adam" }, nested)).toThrow(/parameter `batch`/);
  });
});

describe("the unit cube", () => {
  it("encoding and decoding give every configuration back, null for what is not active", () => {
    const units = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(units, (point) => {
        const configuration = decodePoint(nested, point);
        const encoded = encodeConfiguration(nested, configuration);
        expect(decodePoint(nested, encoded)).toEqual(configuration);
        expect(encoded.map((unit) => unit === null)).toEqual(
          nested.parameters.map(({ name }) => !(name in configuration)),
        );
      }),
    );
  });
});

describe("constraints", () => {
  const space = createSpace(
    [batch, { name: "steps", distribution: { kind: "integer", low: 1, high: 64 } }, optimizer, momentum],
    {
      constraints: [
        { require: "batch * steps <= 32" },
        { forbid: { optimizer: "sgd", batch: { max: 2 } } },
        { require: "momentum < 0.5" },
      ],
    },
  );

  it("are kept by every draw, and say nothing of parameters that are not active", () => {
    for (let number = 0; number < 200; number++) {
      const configuration = drawn(space, number);
      expect(containsConfiguration(space, configuration)).toBe(true);
      expect((configuration["batch"] as number) * (configuration["steps"] as number)).toBeLessThanOrEqual(32);
    }
    expect(containsConfiguration(space, { batch: 1, steps: 4, optimizer: "adam" })).toBe(true);
    expect(containsConfiguration(space, { batch: 1, steps: 4, optimizer: "sgd", momentum: 0 })).toBe(false);
  });

  it("come back from the stored record", () => {
    expect(parseSpace(JSON.parse(JSON.stringify(serialiseSpace(space))))).toEqual(space);
  });

  it("that cannot be kept are reported after a bounded search, with the tightest pair", () => {
    const impossible = createSpace(
      [batch, { name: "steps", distribution: { kind: "integer", low: 1, high: 64 } }],
      {
        constraints: [
          { require: "batch >= 2" },
          { require: "batch + steps > 60" },
          { require: "steps < 40" },
        ],
      },
    );
    expect(() => drawn(impossible, 0)).toThrow(
      /`batch \+ steps > 60` and `steps < 40` together are kept in 0 % of 10000/,
    );
  });
});

describe("a derived value", () => {
  const derivedSpace = (value: string, name = "schedule.warmup") =>
    createSpace([batch], { derived: [{ name, value }] });
  const document = { batch: 1, epochs: 40, schedule: { kind: "cosine" }, rate: 0.1, name: "x" };

  it("follows from the document with the parameters set, and may add a key", () => {
    const space = createSpace([batch], {
      derived: [
        { name: "rate", value: "0.1 * batch / 4" },
        { name: "schedule.warmup", value: "round(epochs * rate)" },
      ],
    });
    expect(applyConfiguration(document, { batch: 8 }, space)).toEqual({
      ...document,
      batch: 8,
      rate: 0.2,
      schedule: { kind: "cosine", warmup: 8 },
    });
    expect(parseSpace(JSON.parse(JSON.stringify(serialiseSpace(space))))).toEqual(space);
  });

  it.each([
    [() => derivedSpace("schedule.warmup / 2"), /may not follow from itself/],
    [() => derivedSpace("1 +"), /derived value `schedule.warmup`: expected a number, a name/],
    [() => derivedSpace("2", "batch"), /the path must be set once, got it twice/],
    [() => derivedSpace("2", "a..b"), /`name` must be a dotted path, got "a..b"/],
    [
      () => createSpace([batch], { derived: [{ name: "x", value: 3 }] }),
      /expected an expression as text, got 3/,
    ],
    [() => createSpace([batch], { derived: [{ name: "x", valu: "3" }] }), /unknown key `valu`/],
    [
      () => applyConfiguration(document, { batch: 1 }, derivedSpace("epoch / 2")),
      /`epoch` must be a number of the document, got nothing/,
    ],
    [
      () => applyConfiguration(document, { batch: 1 }, derivedSpace("name / 2")),
      /`name` must be a number of the document, got "x"/,
    ],
    [
      () => applyConfiguration(document, { batch: 1 }, derivedSpace("log(-epochs)")),
      /must be a finite number, got NaN/,
    ],
    [
      () => applyConfiguration(document, { batch: 1 }, derivedSpace("1", "shedule.warmup")),
      /`shedule.warmup`: the path must exist/,
    ],
  ])("%#: what makes no sense is refused", (action, message) => {
    expect(action).toThrow(
      expect.objectContaining({ code: "INVALID_SPACE", message: expect.stringMatching(message) }),
    );
  });
});

describe("what breaks a rule is refused", () => {
  it.each<[readonly { name: string; distribution: unknown; when?: unknown }[], readonly unknown[], RegExp]>([
    [
      [momentum, optimizer],
      [],
      /parameter `momentum`: `when`: a condition may name earlier parameters only, got `optimizer`/,
    ],
    [
      [{ ...momentum, when: { momentum: [0] } }],
      [],
      /earlier parameters only, got `momentum`, which comes later or is itself/,
    ],
    [
      [optimizer, { ...momentum, when: { optimiser: ["sgd"] } }],
      [],
      /unknown parameter `optimiser`; did you mean `optimizer`/,
    ],
    [
      [optimizer, { ...momentum, when: { optimizer: ["sdg"] } }],
      [],
      /the parameter never has the value "sdg"/,
    ],
    [[optimizer, { ...momentum, when: { optimizer: [] } }], [], /must list at least one value/],
    [
      [batch, { ...momentum, when: { batch: { min: 3, max: 1 } } }],
      [],
      /`min` must be at most `max`, got min 3 and max 1/,
    ],
    [[batch, { ...momentum, when: { batch: {} } }], [], /must give `min` or `max`, got neither/],
    [[optimizer, { ...momentum, when: {} }], [], /`when` must name parameters and their values/],
    [
      [batch],
      [{ require: "batch <" }],
      /expected a number, a name or `\(` at character 8 of `batch <`, got the end/,
    ],
    [[batch], [{ require: "batch + 1" }], /expected a comparison/],
    [[batch], [{ require: "batch <= 1 2" }], /expected the end at character 12/],
    [[batch], [{ require: "sqr(batch) <= 1" }], /unknown function `sqr`; did you mean `sqrt`/],
    [[batch], [{ require: "batch & 1" }], /cannot be read at `& 1`/],
    [[batch], [{ require: "bach <= 1" }], /unknown parameter `bach`; did you mean `batch`/],
    [[batch], [{ forbid: { x: 1 } }], /unknown parameter `x`/],
    [[batch], [{ allow: "batch" }], /expected `forbid` or `require`, got/],
    [[batch], [{ require: 3 }], /must be a comparison as text, got 3/],
  ])("%#", (parameters, constraints, message) => {
    expect(() => createSpace(parameters, { constraints })).toThrow(
      expect.objectContaining({ code: "INVALID_SPACE", message: expect.stringMatching(message) }),
    );
  });
});

it("a choice is asked for active parameters only, in their order", () => {
  const asked: string[] = [];
  chooseConfiguration(nested, ({ name }) => {
    asked.push(name);
    return name === "optimizer" ? "sgd" : 0;
  });
  expect(asked).toEqual(["optimizer", "momentum", "batch"]);
});
