import { describe, expect, it } from "vitest";

import { toSeed } from "../../../base/index.ts";
import { bestSoFar, evaluation, optimise, question } from "../../../testing/optimise.ts";
import { samplerContract } from "../../../testing/sampler-contract.ts";
import {
  containsConfiguration,
  createSpace,
  type Configuration,
  type SearchSpace,
} from "../../space/index.ts";
import type { Evaluation, Sampler } from "../sampler.ts";
import { cmaesOptions, createCmaesSampler } from "./cmaes.ts";

const defaults = cmaesOptions.parse({});
const createCmaes = (space: SearchSpace, options: Partial<typeof defaults> = {}) =>
  createCmaesSampler(space, { ...defaults, ...options });

samplerContract({ create: (space) => createCmaes(space), supportsContinuous: true });

const range = (length: number) => Array.from({ length }, (_, index) => index);
const named = (count: number, distribution: object) =>
  range(count).map((index) => ({ name: `x${index}`, distribution }));
const cube = (dimensions: number) => createSpace(named(dimensions, { kind: "float", low: -5, high: 5 }));
const numbersOf = (configuration: Configuration) => Object.values(configuration) as number[];
const bestOf = (history: readonly Evaluation[]) => bestSoFar(history).at(-1)!;

const functions = {
  sphere: (x: readonly number[]) => x.reduce((sum, v) => sum + (v - 1.3) ** 2, 0),
  ellipsoid: (x: readonly number[]) =>
    x.reduce((sum, v, i) => sum + 10 ** ((4 * i) / (x.length - 1)) * (v - 1.3) ** 2, 0),
  rosenbrock: (x: readonly number[]) =>
    x.slice(1).reduce((sum, v, i) => sum + 100 * (v - x[i]! ** 2) ** 2 + (1 - x[i]!) ** 2, 0),
};

describe("cmaes", () => {
  it.each([
    { name: "sphere", dimensions: 5, trials: 800, below: 1e-8 },
    { name: "sphere", dimensions: 10, trials: 1600, below: 1e-8 },
    { name: "ellipsoid", dimensions: 5, trials: 1300, below: 1e-8 },
    { name: "rosenbrock", dimensions: 5, trials: 2400, below: 1e-6 },
  ] as const)(
    "finds the minimum of the $name in $dimensions dimensions",
    ({ name, dimensions, trials, below }) => {
      const space = cube(dimensions);
      const objective = (configuration: Configuration) => ({
        losses: [functions[name](numbersOf(configuration))],
      });
      const { history } = optimise(createCmaes(space), { space, objective, trials });
      expect(bestOf(history)).toBeLessThan(below);
    },
  );

  it("learns from trials that run in parallel", () => {
    const space = cube(5);
    const objective = (configuration: Configuration) => ({
      losses: [functions.sphere(numbersOf(configuration))],
    });
    const { history } = optimise(createCmaes(space), { space, objective, trials: 500, parallel: 6 });
    expect(bestOf(history)).toBeLessThan(1e-3);
  });

  it("does not get stuck between whole numbers", () => {
    const space = createSpace([
      ...named(4, { kind: "integer", low: -10, high: 10 }),
      { name: "y", distribution: { kind: "float", low: -10, high: 10 } },
    ]);
    const optimum = [3, -7, 10, 0, 4.3];
    const objective = (configuration: Configuration) => ({
      losses: [numbersOf(configuration).reduce((sum, v, i) => sum + (v - optimum[i]!) ** 2, 0)],
    });
    for (const seed of [1, 2, 3]) {
      const { history } = optimise(createCmaes(space), { space, objective, seed: toSeed(seed), trials: 500 });
      expect(bestOf(history)).toBeLessThan(0.01);
    }
  });

  it("decides choices, and what only one of them has", () => {
    const space = createSpace([
      { name: "kind", distribution: { kind: "categorical", values: ["a", "b", "c"] } },
      { name: "momentum", distribution: { kind: "float", low: 0, high: 1 }, when: { kind: ["b"] } },
      { name: "x", distribution: { kind: "float", low: 0, high: 1 } },
    ]);
    const objective = ({ kind, momentum, x }: Configuration) => ({
      losses: [(kind === "b" ? ((momentum as number) - 0.8) ** 2 : 0.3) + ((x as number) - 0.2) ** 2],
    });
    for (const seed of [1, 2, 3]) {
      const { history } = optimise(createCmaes(space), { space, objective, seed: toSeed(seed), trials: 200 });
      expect(bestOf(history)).toBeLessThan(1e-4);
    }
  });

  it("keeps constraints and stays away from failures", () => {
    const space = createSpace(named(2, { kind: "float", low: 0, high: 1 }), {
      constraints: [{ require: "x0 + x1 <= 1" }],
    });
    const objective = ({ x0, x1 }: Configuration) => ({
      losses: (x0 as number) > 0.6 ? null : [-(x0 as number) * (x1 as number)],
    });
    const { history } = optimise(createCmaes(space), { space, objective, trials: 150 });
    for (const { configuration } of history) expect(containsConfiguration(space, configuration)).toBe(true);
    expect(bestOf(history)).toBeLessThan(-0.249);
    expect(history.slice(60).filter(({ state }) => state === "failed").length).toBeLessThan(5);
  });

  it("starts around the best of what was known before, but takes its numbers as no generation", () => {
    const space = cube(3);
    const history = range(30).map((i) =>
      evaluation({ number: i - 30, configuration: { x0: i / 10, x1: -2, x2: i / 10 }, losses: [i] }),
    );
    const sampler = createCmaes(space);
    const drawn = range(20).map((number) => sampler.suggest(question({ number, space, history }))!);
    const mean = range(3).map(
      (j) => drawn.reduce((sum, { configuration }) => sum + numbersOf(configuration)[j]!, 0) / drawn.length,
    );
    for (const [j, centre] of [0.1, -2, 0.1].entries()) expect(Math.abs(mean[j]! - centre)).toBeLessThan(1);
    expect(drawn[0]!.why.kind).toBe("startup");
  });

  it("a sampler that has seen other trials proposes as a fresh one", () => {
    const space = createSpace([
      ...named(2, { kind: "integer", low: 0, high: 9 }),
      { name: "kind", distribution: { kind: "categorical", values: ["a", "b"] } },
    ]);
    const objective = ({ x0, x1, kind }: Configuration) => ({
      losses: [(x0 as number) - (x1 as number) + (kind === "a" ? 1 : 0)],
    });
    const { history, suggestions } = optimise(createCmaes(space), { space, objective, trials: 40 });
    const used = createCmaes(space);
    const ask = (sampler: Sampler, count: number) =>
      sampler.suggest(question({ space, history: history.slice(0, count), maxTrials: 40 }));
    ask(used, 40);
    expect(ask(used, 25)).toEqual(ask(createCmaes(space), 25));
    expect(ask(used, 25)).toEqual(suggestions[25]);
    expect(suggestions[25]!.why).toMatchObject({
      kind: "exploiting",
      facts: { population: 7, generation: 3 },
    });
  });

  it("draws what is untried once its distribution has nothing new", () => {
    const space = createSpace(named(2, { kind: "integer", low: 1, high: 3 }));
    const history = range(8).map((number) =>
      evaluation({
        number,
        configuration: { x0: 1 + (number % 3), x1: 1 + Math.floor(number / 3) },
        losses: [number],
      }),
    );
    const suggestion = createCmaes(space).suggest(question({ space, history, retry: 11 }))!;
    expect(suggestion.configuration).toEqual({ x0: 3, x1: 3 });
    expect(suggestion.why.kind).toBe("drawn");
  });

  it("orders a generation of several objectives by its fronts", () => {
    const space = cube(2);
    const objective = ({ x0, x1 }: Configuration) => ({
      losses: [
        ((x0 as number) - 1) ** 2 + (x1 as number) ** 2,
        ((x0 as number) + 1) ** 2 + (x1 as number) ** 2,
      ],
    });
    const { history } = optimise(createCmaes(space), { space, objective, trials: 150, objectives: 2 });
    // The front is the line from (-1, 0) to (1, 0).
    const late = history.slice(-30).map(({ configuration }) => Math.abs(configuration["x1"] as number));
    expect(late.toSorted((a, b) => a - b)[15]).toBeLessThan(0.2);
  });
});
