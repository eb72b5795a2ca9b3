import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { RandomStream, toSeed } from "../../../base/index.ts";
import { containsConfiguration, createSpace, decodePoint, type Configuration } from "../../space/index.ts";
import { Variation } from "./variation.ts";

const space = createSpace([
  { name: "kind", distribution: { kind: "categorical", values: ["a", "b", "c"] } },
  { name: "layers", distribution: { kind: "integer", low: 1, high: 5 } },
  { name: "fixed", distribution: { kind: "constant", value: 7 } },
  { name: "rate", distribution: { kind: "float", low: 1e-4, high: 1, scale: "log" } },
  { name: "momentum", distribution: { kind: "float", low: 0, high: 1 }, when: { kind: ["a"] } },
  {
    name: "width",
    distribution: { kind: "integer", low: 8, high: 4096, scale: "log" },
    when: { kind: ["b"] },
  },
]);
const unit = fc.double({ min: 0, max: 1, noNaN: true });
const parent = fc.array(unit, { minLength: 6, maxLength: 6 }).map((point) => decodePoint(space, point));
const uniforms = (seed: number) => {
  const stream = new RandomStream(toSeed(seed), "test");
  let used = 0;
  return () => stream.uniform(used++);
};

describe("variation", () => {
  it("gives configurations of the space, whatever the parents have", () => {
    const variation = new Variation(space, { crossover: 0.7, mutation: 0.4 });
    fc.assert(
      fc.property(parent, parent, fc.nat(), (a, b, seed) => {
        const child = variation.child([a, b], uniforms(seed));
        expect(containsConfiguration(space, child), JSON.stringify(child)).toBe(true);
      }),
    );
  });

  it("changes nothing without crossover and mutation", () => {
    const variation = new Variation(space, { crossover: 0, mutation: 0 });
    fc.assert(
      fc.property(parent, parent, fc.nat(), (a, b, seed) => {
        expect(variation.child([a, b], uniforms(seed))).toEqual(a);
      }),
    );
  });

  it("takes from one parent what the other does not have", () => {
    const variation = new Variation(space, { crossover: 1, mutation: 0 });
    const a: Configuration = { kind: "a", layers: 2, fixed: 7, rate: 1, momentum: 0.9 };
    const b: Configuration = { kind: "b", layers: 2, fixed: 7, rate: 1, width: 64 };
    for (let seed = 0; seed < 20; seed++) {
      const child = variation.child([a, b], uniforms(seed));
      expect(child).toEqual(child["kind"] === "a" ? a : b);
    }
  });

  it("a mutation always gives another value of what has few", () => {
    const variation = new Variation(space, { crossover: 0, mutation: 1 });
    fc.assert(
      fc.property(parent, fc.nat(), (a, seed) => {
        const child = variation.child([a, a], uniforms(seed));
        expect(child["kind"]).not.toBe(a["kind"]);
        expect(child["layers"]).not.toBe(a["layers"]);
      }),
    );
  });

  it("crosses numbers so that the middle of two children's spread is that of the parents", () => {
    const line = createSpace([{ name: "x", distribution: { kind: "float", low: 0, high: 1 } }]);
    const variation = new Variation(line, { crossover: 1, mutation: 0 });
    const values = Array.from(
      { length: 4000 },
      (_, seed) => variation.child([{ x: 0.4 }, { x: 0.6 }], uniforms(seed))["x"] as number,
    );
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
    expect(mean).toBeCloseTo(0.5, 2);
    expect(values.some((x) => x < 0.4)).toBe(true);
    expect(values.some((x) => x > 0.4 && x < 0.6)).toBe(true);
  });
});
