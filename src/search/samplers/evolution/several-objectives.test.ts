import { describe, expect, it } from "vitest";

import { toSeed } from "../../../base/index.ts";
import { optimise, question, type Answer } from "../../../testing/optimise.ts";
import { samplerContract } from "../../../testing/sampler-contract.ts";
import {
  containsConfiguration,
  createSpace,
  type Configuration,
  type SearchSpace,
} from "../../space/index.ts";
import { hypervolume, nonDominatedRanks } from "../../trial/index.ts";
import { createRandomSampler } from "../random.ts";
import { createSampler } from "../registry.ts";
import type { Sampler } from "../sampler.ts";

const names = ["nsga2", "nsga3"] as const;
const create = (name: string, space: SearchSpace, options = {}) => createSampler({ name, options }, space);

const cube = (dimensions: number) =>
  createSpace(
    Array.from({ length: dimensions }, (_, index) => ({
      name: `x${index}`,
      distribution: { kind: "float", low: 0, high: 1 },
    })),
  );

/** The fronts lie where all but the first numbers are 0 or a half. */
const problems = {
  zdt1: {
    space: cube(8),
    reference: [1.1, 6],
    /** What random search reaches of the hypervolume, and what is asked for, in 200 trials. */
    gain: 0.7,
    losses(x: readonly number[]) {
      const g = 1 + (9 * x.slice(1).reduce((sum, v) => sum + v, 0)) / (x.length - 1);
      return [x[0]!, g * (1 - Math.sqrt(x[0]! / g))];
    },
  },
  dtlz2: {
    space: cube(7),
    reference: [1.5, 1.5, 1.5],
    gain: 0.1,
    losses(x: readonly number[]) {
      const radius = 1 + x.slice(2).reduce((sum, v) => sum + (v - 0.5) ** 2, 0);
      const [a, b] = [(x[0]! * Math.PI) / 2, (x[1]! * Math.PI) / 2];
      return [Math.cos(a) * Math.cos(b), Math.cos(a) * Math.sin(b), Math.sin(a)].map((v) => v * radius);
    },
  },
} as const;

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;

describe.each(names)("%s", (name) => {
  samplerContract({ create: (space) => create(name, space), supportsContinuous: true });

  it.each(["zdt1", "dtlz2"] as const)("dominates far more of %s than random search", (problem) => {
    const { space, reference, gain, losses } = problems[problem];
    const objective = (configuration: Configuration) => ({
      losses: losses(Object.values(configuration) as number[]),
    });
    const volume = (of: () => Sampler) =>
      median(
        [1, 2, 3, 4, 5].map((seed) => {
          const options = { space, objective, seed: toSeed(seed), trials: 200, objectives: reference.length };
          const { history } = optimise(of(), options);
          return hypervolume(
            history.map((one) => one.losses!),
            reference,
          );
        }),
      );
    expect(volume(() => create(name, space))).toBeGreaterThan(volume(createRandomSampler) + gain);
  });

  it("covers the front of a small mixed space, and tries nothing twice", () => {
    const space = createSpace([
      { name: "layers", distribution: { kind: "integer", low: 1, high: 6 } },
      { name: "kind", distribution: { kind: "categorical", values: ["plain", "wide", "deep"] } },
      { name: "width", distribution: { kind: "integer", low: 1, high: 4 }, when: { kind: ["wide"] } },
    ]);
    const objective = ({ layers, kind, width = 0 }: Configuration): Answer => {
      const time = (layers as number) + (width as number);
      return { losses: [time, 10 / time + (kind === "deep" ? 3 : 0)] };
    };
    const { history } = optimise(create(name, space), { space, objective, trials: 36, objectives: 2 });
    expect(new Set(history.map(({ configuration }) => JSON.stringify(configuration))).size).toBe(36);
  });

  it("finds what keeps the outcome constraints", () => {
    const space = cube(3);
    const objective = ({ x0, x1, x2 }: Configuration): Answer => ({
      losses: [x0 as number, 1 - (x0 as number) + (x2 as number)],
      violations: [0.8 - (x1 as number), (x2 as number) - 0.3],
    });
    const { history } = optimise(create(name, space), { space, objective, trials: 150, objectives: 2 });
    const kept = (some: typeof history) => some.filter((one) => one.violations.every((v) => v <= 0)).length;
    // 6 in 100 random ones do.
    expect(kept(history.slice(100))).toBeGreaterThan(35);
  });

  it("keeps the space's constraints, and passes over failures", () => {
    const space = createSpace(
      [
        { name: "x", distribution: { kind: "float", low: 0, high: 1 } },
        { name: "y", distribution: { kind: "float", low: 0, high: 1 } },
      ],
      { constraints: [{ require: "x + y <= 1" }] },
    );
    const objective = ({ x, y }: Configuration): Answer => ({
      losses: (x as number) > 0.5 ? null : [-(x as number), -(y as number)],
    });
    const { history } = optimise(create(name, space), { space, objective, trials: 100, objectives: 2 });
    for (const { configuration } of history) expect(containsConfiguration(space, configuration)).toBe(true);
    const valued = history.filter(({ losses }) => losses !== null);
    const front = nonDominatedRanks(valued.map(({ losses }) => losses!)).filter((rank) => rank === 0).length;
    expect(front).toBeGreaterThan(10);
    expect(history.slice(50).filter(({ losses }) => losses === null).length).toBeLessThan(15);
  });

  it("proposes from the history alone, also in parallel, and names the parents", () => {
    const { space, losses } = problems.zdt1;
    const objective = (configuration: Configuration) => ({
      losses: losses(Object.values(configuration) as number[]),
    });
    const options = { space, objective, trials: 60, objectives: 2 };
    const { history, suggestions } = optimise(create(name, space, { population: 10 }), options);
    const used = create(name, space, { population: 10 });
    const ask = (sampler: Sampler, count: number) =>
      sampler.suggest(question({ space, objectives: 2, maxTrials: 60, history: history.slice(0, count) }));
    ask(used, 60);
    expect(ask(used, 37)).toEqual(suggestions[37]);
    expect(suggestions[9]!.why.kind).toBe("startup");
    const { facts, message } = suggestions[37]!.why;
    expect(facts).toMatchObject({ generation: 3, population: 10 });
    const [first, second] = facts!["parents"] as number[];
    expect(message).toBe(`child of configurations ${first} and ${second}`);
    expect(Math.max(first!, second!)).toBeLessThan(30);
    expect(optimise(create(name, space), { ...options, parallel: 8 }).history).toHaveLength(60);
  });
});

describe("nsga3", () => {
  it("keeps a population in all directions of a front of three objectives", () => {
    const { space, losses } = problems.dtlz2;
    const objective = (configuration: Configuration) => ({
      losses: losses(Object.values(configuration) as number[]),
    });
    const sampler = create("nsga3", space, { population: 21 });
    const { history } = optimise(sampler, { space, objective, trials: 420, objectives: 3 });
    const late = history.slice(-105).map((one) => one.losses!);
    for (const axis of [0, 1, 2]) {
      const near = late.filter((one) => Math.max(...one) === one[axis]).length;
      expect(near).toBeGreaterThan(15);
    }
  });
});
