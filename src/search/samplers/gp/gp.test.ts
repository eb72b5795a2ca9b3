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
import { createSampler } from "../registry.ts";
import type { Evaluation } from "../sampler.ts";
import { createGpSampler, gpOptions } from "./gp.ts";

const defaults = gpOptions.parse({});
const createGp = (space: SearchSpace, options: Partial<typeof defaults> = {}) =>
  createGpSampler(space, { ...defaults, ...options });

samplerContract({ create: (space) => createGp(space), supportsContinuous: true });

/** A trial's answer from one number; null is a failure. */
const answer = (value: number | null) => ({ losses: value === null ? null : [value] });
const bestOf = (history: readonly Evaluation[]) => bestSoFar(history).at(-1)!;
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;
const numberOf = (value: Json | undefined) => value as number;

const line = createSpace([{ name: "x", distribution: { kind: "float", low: 0, high: 1 } }]);
const square = createSpace(
  ["x", "y"].map((name) => ({ name, distribution: { kind: "float", low: 0, high: 1 } })),
);

/** Branin's function on the unit square; three minima of 0.3979. */
function branin({ x: u, y: v }: Configuration): number {
  const [x, y] = [15 * numberOf(u) - 5, 15 * numberOf(v)];
  const valley = y - (5.1 * x * x) / (4 * Math.PI ** 2) + (5 * x) / Math.PI - 6;
  return valley ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
}

/** Like a training's: a rate with an optimum that depends on the optimiser, one of which has a momentum. */
const conditional = createSpace([
  { name: "rate", distribution: { kind: "float", low: 1e-5, high: 1, scale: "log" } },
  { name: "optimizer", distribution: { kind: "categorical", values: ["sgd", "adam"] } },
  { name: "momentum", distribution: { kind: "float", low: 0, high: 0.99 }, when: { optimizer: "sgd" } },
  { name: "layers", distribution: { kind: "integer", low: 1, high: 5 } },
]);

function conditionalLoss({ rate, optimizer, momentum, layers }: Configuration): number {
  const isSgd = optimizer === "sgd";
  const bestRate = isSgd ? -1.5 : -3;
  const ofMomentum = isSgd ? 2 * (numberOf(momentum) - 0.9) ** 2 - 0.15 : 0;
  return 0.6 * (Math.log10(numberOf(rate)) - bestRate) ** 2 + ofMomentum + 0.08 * (numberOf(layers) - 3) ** 2;
}

describe("gp", () => {
  it("finds a minimum of Branin's function in 35 trials", () => {
    const bests = [1, 2, 3].map((seed) => {
      const options = { space: square, trials: 35, seed: toSeed(seed) };
      return bestOf(
        optimise(createGp(square), { ...options, objective: (one) => answer(branin(one)) }).history,
      );
    });
    expect(median(bests)).toBeLessThan(0.45);
  });

  it("finds the better branch of a conditional space, and all of its parameters", () => {
    const { history } = optimise(createGp(conditional), {
      space: conditional,
      trials: 40,
      objective: (one) => answer(conditionalLoss(one)),
    });
    for (const { configuration } of history) {
      expect(containsConfiguration(conditional, configuration)).toBe(true);
    }
    expect(bestOf(history)).toBeLessThan(-0.14);
  });

  it("is not led astray by noise", () => {
    const { history } = optimise(createGp(square), {
      space: square,
      trials: 40,
      objective: ({ x, y }, number) => {
        const noise = 0.1 * Math.sin(1e4 * number * number);
        return answer((numberOf(x) - 0.3) ** 2 + (numberOf(y) - 0.6) ** 2 + noise);
      },
    });
    const late = history.slice(20).map(({ configuration }) => Math.abs(numberOf(configuration["x"]) - 0.3));
    expect(median(late)).toBeLessThan(0.15);
  });

  it("stays away from where trials fail", () => {
    const { history } = optimise(createGp(square), {
      space: square,
      trials: 34,
      objective: ({ x, y }) =>
        answer(numberOf(x) + numberOf(y) > 1 ? null : (numberOf(x) - 0.5) ** 2 + (numberOf(y) - 0.4) ** 2),
    });
    // Half of the space fails.
    expect(history.slice(10).filter(({ state }) => state === "failed").length).toBeLessThan(9);
    expect(bestOf(history)).toBeLessThan(1e-3);
  });

  it("keeps outcome constraints, and finds the optimum on their border", () => {
    const { history } = optimise(createGp(square), {
      space: square,
      trials: 35,
      objective: ({ x, y }) => ({
        losses: [-numberOf(x) - numberOf(y)],
        violations: [numberOf(x) ** 2 + numberOf(y) ** 2 - 0.5],
      }),
    });
    const kept = history.filter(({ violations }) => violations[0]! <= 0);
    expect(bestOf(kept)).toBeLessThan(-0.97);
    expect(kept.length).toBeGreaterThan(12);
  });

  it("spreads over the front of two objectives", () => {
    const { history } = optimise(createGp(square), {
      space: square,
      trials: 30,
      objectives: 2,
      objective: ({ x, y }) => ({
        losses: [numberOf(x) ** 2 + numberOf(y), (numberOf(x) - 1) ** 2 + numberOf(y)],
      }),
    });
    const near = history
      .filter(({ configuration }) => numberOf(configuration["y"]) < 0.02)
      .map(({ configuration }) => numberOf(configuration["x"]));
    for (const third of [0, 1, 2]) {
      expect(near.filter((x) => Math.floor(x * 3) === third).length, `third ${third}`).toBeGreaterThan(1);
    }
  });

  it("proposes other configurations than are being tried", () => {
    const known = Array.from({ length: 12 }, (_, number) => {
      const configuration = { x: ((number * 5) % 12) / 12, y: number / 12 };
      return evaluation({ number, configuration, losses: [branin(configuration)] });
    });
    const sampler = createGp(square);
    const history = [...known];
    const proposed: { x: number; y: number }[] = [];
    for (let worker = 0; worker < 8; worker++) {
      const { configuration } = sampler.suggest(question({ space: square, history: [...history] }))!;
      history.push(evaluation({ number: history.length, configuration }));
      proposed.push(configuration as { x: number; y: number });
    }
    const distances = proposed.flatMap((a, i) =>
      proposed.slice(0, i).map((b) => Math.hypot(a.x - b.x, a.y - b.y)),
    );
    expect(Math.min(...distances)).toBeGreaterThan(0.005);
    expect(median(distances)).toBeGreaterThan(0.15);
  });

  it("tries every point of a small space before one again", () => {
    const space = createSpace([
      { name: "a", distribution: { kind: "integer", low: 1, high: 4 } },
      { name: "b", distribution: { kind: "categorical", values: ["x", "y", "z"] } },
    ]);
    const objective = ({ a, b }: Configuration) => answer(numberOf(a) + (b === "x" ? 0 : 1));
    const { history } = optimise(createGp(space), { space, objective, trials: 13 });
    const keys = history.map(({ configuration }) => JSON.stringify(configuration));
    expect(new Set(keys.slice(0, 12)).size).toBe(12);
  });

  it("keeps constraints, and finds the optimum on their border", () => {
    const space = createSpace(square.parameters, { constraints: [{ require: "x + y <= 1" }] });
    const objective = ({ x, y }: Configuration) => answer(-numberOf(x) * numberOf(y));
    const { history } = optimise(createGp(space), { space, objective, trials: 30 });
    for (const { configuration } of history) expect(containsConfiguration(space, configuration)).toBe(true);
    expect(bestOf(history)).toBeLessThan(-0.245);
  });

  it("takes stopped trials for no worse than the completed ones", () => {
    const completed = Array.from({ length: 10 }, (_, number) => {
      const x = number / 9;
      return evaluation({ number, configuration: { x }, losses: [(x - 0.3) ** 2] });
    });
    const stopped = (loss: number) =>
      evaluation({
        number: 10,
        configuration: { x: 0.95 },
        losses: [loss],
        state: "stopped",
        fidelity: 0.1,
      });
    const ask = (last: Evaluation) =>
      createGp(line).suggest(question({ space: line, history: [...completed, last] }));
    expect(ask(stopped(1e6))).toEqual(ask(stopped(1e3)));
  });

  it("says what it expects, in losses", () => {
    const { suggestions } = optimise(createGp(line), {
      space: line,
      trials: 16,
      objective: ({ x }) => answer(1000 + (numberOf(x) - 0.3) ** 2),
    });
    expect(suggestions[0]!.why).toMatchObject({ kind: "startup" });
    const { kind, prediction, acquisition } = suggestions.at(-1)!.why;
    expect(["exploring", "exploiting"]).toContain(kind);
    expect(prediction!.mean).toBeGreaterThan(999.9);
    expect(prediction!.mean).toBeLessThan(1000.6);
    expect(prediction!.deviation).toBeLessThan(0.5);
    expect(acquisition!.name).toBe("log expected improvement");
  });

  it("proposes the same whatever it has seen before", () => {
    const options = {
      space: conditional,
      trials: 24,
      parallel: 3,
      objective: (one: Configuration, number: number) =>
        answer(number % 7 === 3 ? null : conditionalLoss(one)),
    };
    const { history, suggestions } = optimise(createGp(conditional), options);
    const used = createGp(conditional);
    const ask = (sampler: typeof used, count: number) =>
      sampler.suggest(question({ space: conditional, history: history.slice(0, count), maxTrials: 24 }));
    ask(used, 24);
    expect(ask(used, 19)).toEqual(ask(createGp(conditional), 19));
    expect(suggestions).toHaveLength(24);
  });

  it("copes with losses that are all the same, and with hardly any result", () => {
    const objective = () => answer(5);
    const { history } = optimise(createGp(line, { startupTrials: 1 }), {
      space: line,
      trials: 12,
      objective,
    });
    const values = history.map(({ configuration }) => numberOf(configuration["x"]));
    expect(new Set(values).size).toBe(12);
  });

  it.each([[{ startupTrials: 0 }], [{ candidates: 1.5 }], [{ climbs: "many" }]])("refuses %j", (options) => {
    expect(() => createSampler({ name: "gp", options }, line)).toThrow(
      expect.objectContaining({
        code: "INVALID_USAGE",
        message: expect.stringMatching(/^sampler `gp`: option `\w+`: .*, got/),
      }),
    );
  });
});
