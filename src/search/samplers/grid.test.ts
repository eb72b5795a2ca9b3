import { describe, expect, it } from "vitest";

import { toSeed } from "../../base/index.ts";
import { createSpace } from "../space/index.ts";
import { evaluation, question } from "../../testing/optimise.ts";
import { samplerContract } from "../../testing/sampler-contract.ts";
import { createGridSampler, gridSize } from "./grid.ts";

const seed = toSeed(0);

samplerContract({ create: (space) => createGridSampler(space), supportsContinuous: false });

describe("grid", () => {
  const space = createSpace([
    { name: "a", distribution: { kind: "categorical", values: ["x", "y"] } },
    { name: "b", distribution: { kind: "integer", low: 1, high: 3 } },
  ]);

  it("visits the points as nested loops in the order of the file, the first parameter slowest", () => {
    const sampler = createGridSampler(space);
    const visited = Array.from(
      { length: 6 },
      (_, number) => sampler.suggest(question({ number, seed, space }))!.configuration,
    );
    expect(visited.map(({ a, b }) => `${a as string}${b as number}`)).toEqual([
      "x1",
      "x2",
      "x3",
      "y1",
      "y2",
      "y3",
    ]);
  });

  it("leaves out what a person gave, and still visits every other point once", () => {
    const sampler = createGridSampler(space);
    const given = [3, 1].map((point, number) => {
      const { configuration } = sampler.suggest(question({ number: point, seed, space }))!;
      return evaluation({ number, configuration, isGiven: true });
    });
    const visited = [2, 3, 4, 5].map(
      (number) => sampler.suggest(question({ number, seed, space, history: given }))!.configuration,
    );
    expect(visited.map(({ a, b }) => `${a as string}${b as number}`)).toEqual(["x1", "x3", "y2", "y3"]);
  });

  it("counts its points", () => {
    expect(gridSize(space)).toBe(6);
    expect(createGridSampler(space).size).toBe(6);
  });

  it("refuses a point beyond the last", () => {
    expect(() => createGridSampler(space).suggest(question({ number: 6, seed, space }))).toThrow(
      expect.objectContaining({ code: "INVALID_USAGE", hint: "Ask for at most 6 trials." }),
    );
  });

  it("names the parameter that cannot be enumerated", () => {
    const continuous = createSpace([
      { name: "training.rate", distribution: { kind: "float", low: 0, high: 1 } },
    ]);
    expect(() => createGridSampler(continuous)).toThrow(
      expect.objectContaining({ code: "INVALID_SPACE", message: expect.stringContaining("`training.rate`") }),
    );
  });

  it("refuses a grid whose points cannot be counted exactly", () => {
    const axis = (name: string) => ({ name, distribution: { kind: "integer", low: 1, high: 100_000 } });
    expect(() => gridSize(createSpace(["a", "b", "c", "d"].map(axis)))).toThrow(
      expect.objectContaining({ code: "INVALID_SPACE", message: expect.stringContaining("1.0e+20") }),
    );
  });
});
