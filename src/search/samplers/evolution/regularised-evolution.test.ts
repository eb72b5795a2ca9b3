import { describe, expect, it } from "vitest";

import { toSeed } from "../../../base/index.ts";
import { bestSoFar, optimise, question } from "../../../testing/optimise.ts";
import { samplerContract } from "../../../testing/sampler-contract.ts";
import {
  containsConfiguration,
  createSpace,
  type Configuration,
  type SearchSpace,
} from "../../space/index.ts";
import { createRandomSampler } from "../random.ts";
import type { Sampler } from "../sampler.ts";
import { createEvolutionSampler, evolutionOptions } from "./regularised-evolution.ts";

const defaults = evolutionOptions.parse({});
const create = (space: SearchSpace, options: Partial<typeof defaults> = {}) =>
  createEvolutionSampler(space, { ...defaults, ...options });

samplerContract({ create: (space) => create(space), supportsContinuous: true });

const space = createSpace([
  { name: "rate", distribution: { kind: "float", low: 1e-5, high: 1, scale: "log" } },
  { name: "optimizer", distribution: { kind: "categorical", values: ["sgd", "adam", "rmsprop"] } },
  { name: "momentum", distribution: { kind: "float", low: 0, high: 0.99 }, when: { optimizer: ["sgd"] } },
  { name: "layers", distribution: { kind: "integer", low: 1, high: 8 } },
]);
const objective = ({ rate, optimizer, momentum = 0, layers }: Configuration) => ({
  losses: [
    (Math.log10(rate as number) + 2) ** 2 +
      (optimizer === "sgd" ? 3 * ((momentum as number) - 0.9) ** 2 : 0.5) +
      0.2 * ((layers as number) - 6) ** 2,
  ],
});
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;

describe("evolution", () => {
  it("finds far better configurations of a conditional space than random search", () => {
    const found = (of: () => Sampler) =>
      median(
        [1, 2, 3, 4, 5, 6, 7].map((seed) => {
          const { history } = optimise(of(), { space, objective, seed: toSeed(seed), trials: 100 });
          return bestSoFar(history).at(-1)!;
        }),
      );
    expect(found(() => create(space))).toBeLessThan(found(createRandomSampler) / 5);
  });

  it("takes parents among the newest and the best only", () => {
    const sampler = create(space, { population: 8, tournament: 1 });
    const { history, suggestions } = optimise(sampler, { space, objective, trials: 60 });
    for (const [number, { why }] of suggestions.entries()) {
      if (number < 8) {
        expect(why.kind).toBe("startup");
        continue;
      }
      const losses = history.slice(0, number).map((one) => one.losses![0]!);
      const best = losses.indexOf(Math.min(...losses));
      for (const parent of why.facts!["parents"] as number[]) {
        expect(parent === best || parent >= number - 8).toBe(true);
      }
    }
  });

  it("is a function of the history, whatever it was asked before", () => {
    const { history, suggestions } = optimise(create(space), { space, objective, trials: 50 });
    const used = create(space);
    const ask = (count: number) =>
      used.suggest(question({ space, history: history.slice(0, count), maxTrials: 50 }));
    ask(50);
    expect(ask(31)).toEqual(suggestions[31]);
  });

  it("tries every point of a small space", () => {
    const small = createSpace(
      [
        { name: "a", distribution: { kind: "integer", low: 1, high: 4 } },
        { name: "b", distribution: { kind: "categorical", values: ["x", "y", "z"] } },
      ],
      { constraints: [{ forbid: { a: 1, b: "x" } }] },
    );
    const { history } = optimise(create(small), {
      space: small,
      objective: ({ a }) => ({ losses: a === 2 ? null : [a as number] }),
      trials: 11,
    });
    expect(new Set(history.map(({ configuration }) => JSON.stringify(configuration))).size).toBe(11);
    for (const { configuration } of history) expect(containsConfiguration(small, configuration)).toBe(true);
  });
});
