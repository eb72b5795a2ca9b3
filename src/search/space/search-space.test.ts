import { describe, expect, it } from "vitest";

import { applyConfiguration, checkPaths } from "./apply-configuration.ts";
import {
  configurationKey,
  containsConfiguration,
  createSpace,
  parseSpace,
  serialiseSpace,
} from "./search-space.ts";

const values = { kind: "categorical", values: [1, 2] };
const refusal = (message: string) =>
  expect.objectContaining({ code: "INVALID_SPACE", message: expect.stringContaining(message) });

describe("search space", () => {
  const space = createSpace([
    { name: "b.rate", distribution: { kind: "float", low: 0, high: 1 } },
    { name: "a", distribution: values },
  ]);

  it("keeps the order of its parameters and comes back from its record", () => {
    expect(space.parameters.map(({ name }) => name)).toEqual(["b.rate", "a"]);
    expect(parseSpace(JSON.parse(JSON.stringify(serialiseSpace(space))))).toEqual(space);
  });

  it("contains configurations that assign exactly its parameters", () => {
    expect(containsConfiguration(space, { a: 1, "b.rate": 0.5 })).toBe(true);
    expect(containsConfiguration(space, { a: 1 })).toBe(false);
    expect(containsConfiguration(space, { a: 3, "b.rate": 0.5 })).toBe(false);
    expect(containsConfiguration(space, { a: 1, "b.rate": 0.5, c: 0 })).toBe(false);
  });

  it("gives equal configurations equal keys", () => {
    expect(configurationKey({ a: 1, b: [2] })).toBe(configurationKey({ b: [2], a: 1 }));
  });

  it("refuses spaces that are empty or contradict themselves", () => {
    const twice = [
      { name: "a", distribution: values },
      { name: "a", distribution: values },
    ];
    expect(() => createSpace([])).toThrow(refusal("at least one parameter"));
    expect(() => createSpace(twice)).toThrow(refusal("`a` must be declared once"));
    expect(() => createSpace([{ name: "a..b", distribution: values }])).toThrow(refusal("dotted path"));
    expect(() => parseSpace({})).toThrow(refusal("must hold a list `parameters`"));
    expect(() => createSpace([{ name: "a", distribution: {} }])).toThrow(refusal("parameter `a`: "));
  });
});

describe("applyConfiguration", () => {
  const document = { model: { hidden: [128, 64] }, training: { weightDecay: 0, rate: 1e-4 } };

  it("sets values at their paths in a copy", () => {
    expect(applyConfiguration(document, { "training.weightDecay": 0.1, "model.hidden.1": 32 })).toEqual({
      model: { hidden: [128, 32] },
      training: { weightDecay: 0.1, rate: 1e-4 },
    });
    expect(document.training.weightDecay).toBe(0);
  });

  it("replaces whole parts", () => {
    expect(applyConfiguration(document, { "model.hidden": [8] })).toMatchObject({ model: { hidden: [8] } });
  });

  it("takes a key of the document that is the whole name before a path", () => {
    const flat = { model: "small", "model.depth": 2, optimizer: { rate: 1 }, length: 3 };
    const configuration = { model: "large", "model.depth": 4, "optimizer.rate": 0.1, length: 5 };
    const expected = { model: "large", "model.depth": 4, optimizer: { rate: 0.1 }, length: 5 };
    expect(applyConfiguration(flat, configuration)).toEqual(expected);
    const space = createSpace(Object.keys(configuration).map((name) => ({ name, distribution: values })));
    expect(() => checkPaths(flat, space)).not.toThrow();
  });

  it("refuses parameters that set the same place", () => {
    const nested = ["model.hidden", "model"].map((name) => ({ name, distribution: values }));
    expect(() => checkPaths(document, createSpace(nested))).toThrow(refusal("set the same place"));
  });

  it.each([
    ["training.weightDekay", "did you mean `training.weightDecay`?"],
    ["weightDecay.training", "got none of that name."],
    ["model.hidden.2", "did you mean `model.hidden.0`?"],
    ["model.hidden.length", "the path must exist"],
    ["training.rate.deep", "the path must exist"],
    ["__proto__.polluted", "the path must exist"],
    ["training.constructor", "the path must exist"],
  ])("refuses the path %s, which is not in the document", (path, message) => {
    expect(() => applyConfiguration(document, { [path]: 1 })).toThrow(refusal(message));
    const space = createSpace([{ name: path, distribution: values }]);
    expect(() => checkPaths(document, space)).toThrow(refusal(message));
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });
});
