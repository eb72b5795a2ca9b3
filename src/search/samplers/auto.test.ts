import { describe, expect, it } from "vitest";

import { toSeed, type Json } from "../../base/index.ts";
import { bestSoFar, evaluation, optimise, question } from "../../testing/optimise.ts";
import { samplerContract } from "../../testing/sampler-contract.ts";
import { createSpace, type Configuration, type SearchSpace } from "../space/index.ts";
import { autoOptions, createAutoSampler } from "./auto.ts";
import type { Evaluation } from "./sampler.ts";

const defaults = autoOptions.parse({});
const createAuto = (space: SearchSpace, options: Partial<typeof defaults> = {}) =>
  createAutoSampler(space, { ...defaults, ...options });

samplerContract({ create: (space) => createAuto(space), supportsContinuous: true });

const line = createSpace([{ name: "x", distribution: { kind: "float", low: 0, high: 1 } }]);
const mixed = createSpace([
  { name: "x", distribution: { kind: "float", low: 0, high: 1 } },
  { name: "kind", distribution: { kind: "categorical", values: ["a", "b"] } },
]);
const small = createSpace([
  { name: "a", distribution: { kind: "integer", low: 1, high: 4 } },
  { name: "b", distribution: { kind: "categorical", values: ["x", "y", "z"] } },
]);
const numberOf = (value: Json | undefined) => value as number;

/** Results on a grid of x, the best at 0.3. */
function resultsOf(count: number, noise: (number: number) => number = () => 0): Evaluation[] {
  return Array.from({ length: count }, (_, number) => {
    const x = (number * 0.618) % 1;
    const losses = [(x - 0.3) ** 2 + noise(number)];
    return evaluation({ number, configuration: { x, kind: "a" }, losses });
  });
}
const withoutKind = (history: readonly Evaluation[]) =>
  history.map((one) => ({ ...one, configuration: { x: one.configuration["x"]! } }));

describe("auto", () => {
  it("takes a Gaussian process while results are few, and says so", () => {
    const history = resultsOf(20);
    const { sampler, why } = createAuto(mixed).suggest(question({ space: mixed, history }))!;
    expect(sampler).toBe("gp");
    expect(why.facts).toMatchObject({ sampler: "gp" });
    expect(why.message).toContain("by gp, because up to 250 results");
  });

  it("goes on with TPE when they are many, or with CMA-ES where all is continuous", () => {
    const history = resultsOf(30);
    const options = { modelTrials: 30 };
    expect(createAuto(mixed, options).suggest(question({ space: mixed, history }))!.sampler).toBe("tpe");
    const continuous = withoutKind(history);
    const asked = question({ space: line, history: continuous });
    expect(createAuto(line, options).suggest(asked)!.sampler).toBe("cmaes");
  });

  it("goes on with NSGA for several objectives", () => {
    const history = withoutKind(resultsOf(30)).map((one, number) => ({
      ...one,
      losses: [...one.losses!, number],
    }));
    const ask = (objectives: number) =>
      createAuto(line, { modelTrials: 30 }).suggest(question({ space: line, history, objectives }))!.sampler;
    expect(ask(2)).toBe("nsga2");
  });

  it("tries all of a space that the budget covers, the most promising first", () => {
    const objective = ({ a, b }: Configuration) => ({ losses: [numberOf(a) + (b === "x" ? 0 : 1)] });
    const { history, suggestions } = optimise(createAuto(small), { space: small, objective, trials: 12 });
    expect(new Set(history.map(({ configuration }) => JSON.stringify(configuration))).size).toBe(12);
    expect(bestSoFar(history)[8]).toBe(1);
    expect(suggestions[9]!.why.message).toContain("the budget covers the 12 configurations");
  });

  it("has the leading configurations measured again at the end, when noise decides", () => {
    const noisy = withoutKind(resultsOf(46, (number) => 0.2 * Math.sin(1e4 * number * number)));
    const ask = (history: readonly Evaluation[], maxTrials: number) =>
      createAuto(line).suggest(question({ space: line, history, maxTrials }))!;
    const again = ask(noisy, 50);
    expect(again.why.kind).toBe("replicating");
    expect(noisy.map(({ configuration }) => configuration)).toContainEqual(again.configuration);
    expect(Math.abs(numberOf(again.configuration["x"]) - 0.3)).toBeLessThan(0.25);
    // Neither in the middle of the budget nor without noise.
    expect(ask(noisy, 100).why.kind).not.toBe("replicating");
    expect(ask(withoutKind(resultsOf(46)), 50).why.kind).not.toBe("replicating");
  });

  it("measures the leader again that was measured least", () => {
    const noisy = withoutKind(resultsOf(46, (number) => 0.2 * Math.sin(1e4 * number * number)));
    const ask = (history: readonly Evaluation[]) =>
      createAuto(line).suggest(question({ space: line, history, maxTrials: 50 }))!.configuration;
    const first = ask(noisy);
    const key = JSON.stringify(first);
    const repeated = noisy.map((one) =>
      JSON.stringify(one.configuration) === key ? { ...one, replicates: 2, variances: [0.02] } : one,
    );
    expect(ask(repeated)).not.toEqual(first);
  });

  it("finds the best of a mixed space sooner than random search does", () => {
    const objective = ({ x, kind }: Configuration) => ({
      losses: [(numberOf(x) - (kind === "a" ? 0.2 : 0.7)) ** 2 + (kind === "a" ? 0.05 : 0)],
    });
    const { history } = optimise(createAuto(mixed), { space: mixed, objective, trials: 20, seed: toSeed(3) });
    expect(bestSoFar(history).at(-1)).toBeLessThan(1e-3);
  });
});
