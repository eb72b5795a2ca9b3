import { describe, expect, it } from "vitest";

import { toSeed } from "../../base/index.ts";
import { question } from "../../testing/optimise.ts";
import { createSpace } from "../space/index.ts";
import { createGridSampler } from "./grid.ts";

const optimizer = {
  name: "optimizer",
  distribution: { kind: "categorical", values: ["adam", "sgd", "lion"] },
};
const momentum = {
  name: "momentum",
  distribution: { kind: "float", low: 0, high: 0.9, step: 0.3 },
  when: { optimizer: ["sgd"] },
};
const batch = { name: "batch", distribution: { kind: "integer", low: 1, high: 8 } };

describe("a grid", () => {
  it("visits each combination of active parameters once, the first one slowest", () => {
    const space = createSpace([
      optimizer,
      momentum,
      { ...batch, distribution: { kind: "categorical", values: [1, 2] } },
    ]);
    const grid = createGridSampler(space);
    expect(grid.size).toBe(2 + 4 * 2 + 2);
    const ask = (number: number) => grid.suggest(question({ number, seed: toSeed(0), space }))!.configuration;
    expect([0, 1, 2, 3, 9, 10, 11].map(ask)).toEqual([
      { optimizer: "adam", batch: 1 },
      { optimizer: "adam", batch: 2 },
      { optimizer: "sgd", momentum: 0, batch: 1 },
      { optimizer: "sgd", momentum: 0, batch: 2 },
      { optimizer: "sgd", momentum: 0.9, batch: 2 },
      { optimizer: "lion", batch: 1 },
      { optimizer: "lion", batch: 2 },
    ]);
  });

  it("leaves out what a constraint forbids, and refuses to be empty", () => {
    const constraints = [
      { forbid: { optimizer: ["lion"], batch: { min: 2 } } },
      { require: "batch * 2 <= 10" },
    ];
    const grid = createGridSampler(createSpace([optimizer, batch], { constraints }));
    expect(grid.size).toBe(5 + 5 + 1);
    expect(() =>
      createGridSampler(createSpace([batch], { constraints: [{ require: "batch > 100" }] })),
    ).toThrow(/at least one of the 8 points must keep all constraints/);
  });
});
