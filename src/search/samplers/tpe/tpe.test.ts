import { describe, expect, it } from "vitest";

import { toSeed, type Json } from "../../../base/index.ts";
import { samplerContract } from "../../../testing/sampler-contract.ts";
import {
  containsConfiguration,
  createSpace,
  type Configuration,
  type SearchSpace,
} from "../../space/index.ts";
import type { TrialRecord } from "../../trial/index.ts";
import { createRandomSampler } from "../random.ts";
import { createSampler } from "../registry.ts";
import type { Sampler } from "../sampler.ts";
import { createTpeSampler } from "./tpe.ts";

samplerContract({ create: (space) => createTpeSampler(space), supportsContinuous: true });

interface Finished {
  readonly parameters: Configuration;
  readonly value: number | null;
}

function trialOf({ parameters, value }: Finished, number: number): TrialRecord {
  const state = value === null ? "failed" : "completed";
  return { number, parameters, objectiveValue: value, state } as TrialRecord;
}

/** The best values after each trial; an objective of null is a failure. */
function search(
  sampler: Sampler,
  objective: (parameters: Record<string, Json>) => number | null,
  { space, seed, trials }: { readonly space: SearchSpace; readonly seed: number; readonly trials: number },
): Finished[] {
  const finished: Finished[] = [];
  for (let number = 0; number < trials; number++) {
    const history = finished.map(trialOf);
    const parameters = sampler.suggest({ number, seed: toSeed(seed), space, history, direction: "minimize" });
    expect(containsConfiguration(space, parameters)).toBe(true);
    finished.push({ parameters, value: objective(parameters) });
  }
  return finished;
}

const bestOf = (finished: readonly Finished[]) => Math.min(...finished.map(({ value }) => value ?? Infinity));
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
      median(seeds.map((seed) => bestOf(search(create(), loss, { space: conditional, seed, trials: 50 }))));
    const found = run(() => createTpeSampler(conditional));
    expect(found).toBeLessThan(run(createRandomSampler) - 0.05);
  });

  it("stays away from where trials fail", () => {
    const space = createSpace([{ name: "x", distribution: { kind: "float", low: 0, high: 1 } }]);
    const objective = ({ x }: Record<string, Json>) =>
      (x as number) > 0.5 ? null : ((x as number) - 0.3) ** 2;
    const finished = search(createTpeSampler(space), objective, { space, seed: 1, trials: 60 });
    const failures = finished.slice(20).filter(({ value }) => value === null).length;
    // Half of the space fails.
    expect(failures).toBeLessThan(8);
    expect(bestOf(finished)).toBeLessThan(1e-3);
  });

  it("does not propose what is being tried", () => {
    const space = createSpace([{ name: "x", distribution: { kind: "float", low: 0, high: 1 } }]);
    const values = Array.from({ length: 20 }, (_, i) => ({
      parameters: { x: i / 20 },
      value: (i / 20 - 0.5) ** 2,
    }));
    const sampler = createTpeSampler(space);
    const ask = (history: readonly TrialRecord[]) =>
      sampler.suggest({ number: history.length, seed: toSeed(4), space, history, direction: "minimize" })[
        "x"
      ] as number;
    const alone = ask(values.map(trialOf));
    const running = Array.from({ length: 8 }, (_, i) => ({
      ...trialOf({ parameters: { x: alone }, value: null }, 20 + i),
      state: "running" as const,
    }));
    expect(Math.abs(alone - 0.5)).toBeLessThan(0.15);
    const histories = running.map((_, i) => [...values.map(trialOf), ...running.slice(0, i + 1)]);
    const distances = histories.map((history) => Math.abs(ask(history) - alone));
    expect(median(distances)).toBeGreaterThan(0.02);
  });

  it("tries every point of a small space before one again", () => {
    const space = createSpace([
      { name: "a", distribution: { kind: "integer", low: 1, high: 4 } },
      { name: "b", distribution: { kind: "categorical", values: ["x", "y", "z"] } },
    ]);
    const objective = ({ a, b }: Record<string, Json>) => (a as number) + (b === "x" ? 0 : 1);
    const finished = search(createTpeSampler(space, { startupTrials: 3 }), objective, {
      space,
      seed: 2,
      trials: 12,
    });
    const keys = finished.slice(3).map(({ parameters }) => JSON.stringify(parameters));
    expect(new Set(keys).size).toBeGreaterThanOrEqual(8);
  });

  it("maximises what is to be maximised, and keeps constraints", () => {
    const space = createSpace(
      [
        { name: "x", distribution: { kind: "float", low: 0, high: 1 } },
        { name: "y", distribution: { kind: "float", low: 0, high: 1 } },
      ],
      { constraints: [{ require: "x + y <= 1" }] },
    );
    const sampler = createTpeSampler(space);
    const finished: Finished[] = [];
    for (let number = 0; number < 60; number++) {
      const options = {
        number,
        seed: toSeed(3),
        space,
        history: finished.map(trialOf),
        direction: "maximize",
      } as const;
      const parameters = sampler.suggest(options);
      expect(containsConfiguration(space, parameters)).toBe(true);
      const { x, y } = parameters as { x: number; y: number };
      finished.push({ parameters, value: x * y });
    }
    expect(Math.max(...finished.map(({ value }) => value!))).toBeGreaterThan(0.23);
  });

  it.each([[{ startupTrials: 0 }], [{ candidates: 1.5 }], [{ candidates: "many" }]])(
    "refuses %j",
    (options) => {
      expect(() => createSampler({ name: "tpe", options }, conditional)).toThrow(
        expect.objectContaining({
          code: "INVALID_USAGE",
          message: expect.stringMatching(/^tpe: `\w+` must be a whole number of at least 1, got/),
        }),
      );
    },
  );

  it("a sampler that has seen other trials proposes as a fresh one", () => {
    const finished = search(createTpeSampler(conditional), loss, { space: conditional, seed: 5, trials: 30 });
    const used = createTpeSampler(conditional);
    const ask = (sampler: Sampler, count: number) =>
      sampler.suggest({
        number: count,
        seed: toSeed(5),
        space: conditional,
        history: finished.slice(0, count).map(trialOf),
        direction: "minimize",
      });
    ask(used, 30);
    expect(ask(used, 20)).toEqual(ask(createTpeSampler(conditional), 20));
    expect(ask(used, 20)).toEqual(finished[20]!.parameters);
  });
});
