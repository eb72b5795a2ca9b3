import { describe, expect, it } from "vitest";

import { toSeed, type Json } from "../../../base/index.ts";
import { bestSoFar, evaluation, optimise, question } from "../../../testing/optimise.ts";
import { samplerContract } from "../../../testing/sampler-contract.ts";
import {
  containsConfiguration,
  createSpace,
  type Configuration,
  type SearchSpace,
} from "../../space/index.ts";
import { hypervolume } from "../../trial/index.ts";
import { createRandomSampler } from "../random.ts";
import { createSampler } from "../registry.ts";
import type { Evaluation, Sampler } from "../sampler.ts";
import { createTpeSampler, tpeOptions } from "./tpe.ts";

const defaults = tpeOptions.parse({});
const createTpe = (space: SearchSpace, options: Partial<typeof defaults> = {}) =>
  createTpeSampler(space, { ...defaults, ...options });

samplerContract({ create: (space) => createTpe(space), supportsContinuous: true });

/** A trial's answer from one number; null is a failure. */
const answer = (value: number | null) => ({ losses: value === null ? null : [value] });
const bestOf = (history: readonly Evaluation[]) => bestSoFar(history).at(-1)!;
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;

/** Like a training's: a rate with an optimum that depends on the optimiser, one of which has a momentum. */
const conditional = createSpace([
  { name: "rate", distribution: { kind: "float", low: 1e-5, high: 1, scale: "log" } },
  { name: "optimizer", distribution: { kind: "categorical", values: ["sgd", "adam", "rmsprop"] } },
  { name: "momentum", distribution: { kind: "float", low: 0, high: 0.99 }, when: { optimizer: ["sgd"] } },
  { name: "layers", distribution: { kind: "integer", low: 1, high: 5 } },
  { name: "width", distribution: { kind: "integer", low: 8, high: 512, scale: "log" } },
  { name: "dropout", distribution: { kind: "float", low: 0, high: 0.6, step: 0.1 } },
]);

function loss(parameters: Record<string, Json>): number {
  const {
    rate,
    optimizer,
    momentum = 0,
    layers,
    width,
    dropout,
  } = parameters as Record<string, number> & {
    optimizer: Json;
  };
  const bestRate = { sgd: -1.5, adam: -3, rmsprop: -3.3 }[optimizer as unknown as "sgd" | "adam" | "rmsprop"];
  const ofMomentum = (optimizer as unknown) === "sgd" ? 2 * (momentum - 0.9) ** 2 - 0.15 : 0;
  return (
    0.6 * (Math.log10(rate!) - bestRate) ** 2 +
    ofMomentum +
    0.08 * (layers! - 3) ** 2 +
    0.1 * (Math.log2(width!) - 7) ** 2 +
    0.8 * (dropout! - 0.2) ** 2
  );
}

const seeds = [1, 2, 3, 4, 5, 6, 7, 8, 9];

describe("tpe", () => {
  it("finds better configurations of a conditional space than random search", () => {
    const run = (create: () => Sampler) =>
      median(
        seeds.map((seed) => {
          const objective = (configuration: Configuration) => answer(loss(configuration));
          const options = { space: conditional, seed: toSeed(seed), trials: 50, objective };
          return bestOf(optimise(create(), options).history);
        }),
      );
    const found = run(() => createTpe(conditional));
    expect(found).toBeLessThan(run(createRandomSampler) - 0.05);
  });

  it("stays away from where trials fail", () => {
    const space = createSpace([{ name: "x", distribution: { kind: "float", low: 0, high: 1 } }]);
    const objective = ({ x }: Configuration) =>
      answer((x as number) > 0.5 ? null : ((x as number) - 0.3) ** 2);
    const { history } = optimise(createTpe(space), { space, objective, trials: 60 });
    const failures = history.slice(20).filter(({ state }) => state === "failed").length;
    // Half of the space fails.
    expect(failures).toBeLessThan(8);
    expect(bestOf(history)).toBeLessThan(1e-3);
  });

  it("does not propose what is being tried", () => {
    const space = createSpace([{ name: "x", distribution: { kind: "float", low: 0, high: 1 } }]);
    const values = Array.from({ length: 20 }, (_, i) =>
      evaluation({ number: i, configuration: { x: i / 20 }, losses: [(i / 20 - 0.5) ** 2] }),
    );
    const sampler = createTpe(space);
    const ask = (history: readonly Evaluation[]) =>
      sampler.suggest(question({ seed: toSeed(4), space, history }))!.configuration["x"] as number;
    const alone = ask(values);
    const running = Array.from({ length: 8 }, (_, i) =>
      evaluation({ number: 20 + i, configuration: { x: alone } }),
    );
    expect(Math.abs(alone - 0.5)).toBeLessThan(0.15);
    const histories = running.map((_, i) => [...values, ...running.slice(0, i + 1)]);
    const distances = histories.map((history) => Math.abs(ask(history) - alone));
    expect(median(distances)).toBeGreaterThan(0.02);
  });

  it("tries every point of a small space before one again", () => {
    const space = createSpace([
      { name: "a", distribution: { kind: "integer", low: 1, high: 4 } },
      { name: "b", distribution: { kind: "categorical", values: ["x", "y", "z"] } },
    ]);
    const objective = ({ a, b }: Configuration) => answer((a as number) + (b === "x" ? 0 : 1));
    const sampler = createTpe(space, { startupTrials: 3 });
    const { history } = optimise(sampler, { space, objective, seed: toSeed(2), trials: 12 });
    expect(new Set(history.map(({ configuration }) => JSON.stringify(configuration))).size).toBe(12);
  });

  it("finds trade-offs between two objectives that leave less than random search does", () => {
    const space = createSpace(
      ["x", "y", "z"].map((name) => ({ name, distribution: { kind: "float", low: 0, high: 1 } })),
    );
    const objective = (configuration: Configuration) => {
      const { x, y, z } = configuration as Record<string, number>;
      const off = (y! - 0.3) ** 2 + (z! - 0.7) ** 2;
      return { losses: [x! ** 2 + off, (1 - x!) ** 2 + off] };
    };
    const run = (create: () => Sampler) =>
      median(
        [1, 2, 3, 4, 5].map((seed) => {
          const options = { space, objective, seed: toSeed(seed), trials: 60, objectives: 2 };
          const { history } = optimise(create(), options);
          return hypervolume(
            history.map(({ losses }) => losses!),
            [1, 1],
          );
        }),
      );
    // All that can be had is 5/6.
    const found = run(() => createTpe(space));
    expect(found).toBeGreaterThan(0.72);
    expect(found).toBeGreaterThan(run(createRandomSampler) + 0.05);
  });

  it("keeps an outcome constraint, learning from what breaks it", () => {
    const space = createSpace([{ name: "x", distribution: { kind: "float", low: 0, high: 1 } }]);
    const objective = ({ x }: Configuration) => ({
      losses: [-(x as number)],
      violations: [(x as number) - 0.2],
    });
    const { history } = optimise(createTpe(space), { space, objective, trials: 40 });
    const feasible = history.filter(({ violations }) => violations[0]! <= 0);
    expect(Math.max(...feasible.map(({ configuration }) => configuration["x"] as number))).toBeGreaterThan(
      0.18,
    );
    expect(history.slice(20).filter(({ violations }) => violations[0]! < 0.1).length).toBeGreaterThan(10);
  });

  it("goes towards what was stopped last when nothing is completed", () => {
    const space = createSpace([{ name: "x", distribution: { kind: "float", low: 0, high: 1 } }]);
    const history = Array.from({ length: 20 }, (_, number) =>
      evaluation({
        number,
        configuration: { x: number / 20 },
        state: "stopped",
        losses: [number],
        fidelity: number === 14 || number === 15 ? 0.5 : 0.1,
      }),
    );
    const asked = Array.from({ length: 9 }, (_, index) => question({ space, history, number: 20 + index }));
    const values = asked.map((one) => createTpe(space).suggest(one)!.configuration["x"] as number);
    expect(Math.abs(median(values) - 0.72)).toBeLessThan(0.1);
  });

  it("keeps constraints, and finds the optimum on their border", () => {
    const space = createSpace(
      [
        { name: "x", distribution: { kind: "float", low: 0, high: 1 } },
        { name: "y", distribution: { kind: "float", low: 0, high: 1 } },
      ],
      { constraints: [{ require: "x + y <= 1" }] },
    );
    const objective = ({ x, y }: Configuration) => answer(-(x as number) * (y as number));
    const { history } = optimise(createTpe(space), { space, objective, seed: toSeed(3), trials: 60 });
    for (const { configuration } of history) expect(containsConfiguration(space, configuration)).toBe(true);
    expect(bestOf(history)).toBeLessThan(-0.23);
  });

  it.each([[{ startupTrials: 0 }], [{ candidates: 1.5 }], [{ candidates: "many" }]])(
    "refuses %j",
    (options) => {
      expect(() => createSampler({ name: "tpe", options }, conditional)).toThrow(
        expect.objectContaining({
          code: "INVALID_USAGE",
          message: expect.stringMatching(/^sampler `tpe`: option `\w+`: .*, got/),
        }),
      );
    },
  );

  it("a sampler that has seen other trials proposes as a fresh one", () => {
    const objective = (configuration: Configuration) => answer(loss(configuration));
    const options = { space: conditional, objective, seed: toSeed(5), trials: 30 };
    const { history, suggestions } = optimise(createTpe(conditional), options);
    const used = createTpe(conditional);
    const ask = (sampler: Sampler, count: number) =>
      sampler.suggest(question({ seed: toSeed(5), space: conditional, history: history.slice(0, count) }));
    ask(used, 30);
    expect(ask(used, 20)).toEqual(ask(createTpe(conditional), 20));
    expect(ask(used, 20)).toEqual(suggestions[20]);
  });
});
