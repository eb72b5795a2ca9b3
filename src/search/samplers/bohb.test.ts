import { describe, expect, it } from "vitest";

import { toSeed } from "../../base/index.ts";
import { bestSoFar, evaluation, optimise, question } from "../../testing/optimise.ts";
import { samplerContract } from "../../testing/sampler-contract.ts";
import { createSpace } from "../space/index.ts";
import { bohbOptions, createBohbSampler } from "./bohb.ts";
import type { Evaluation } from "./sampler.ts";

const defaults = bohbOptions.parse({});
const space = createSpace([
  { name: "x", distribution: { kind: "float", low: 0, high: 1 } },
  { name: "y", distribution: { kind: "float", low: 0, high: 1 } },
]);
const modelOnly = createBohbSampler(space, { ...defaults, randomFraction: 0 });

samplerContract({ create: (one) => createBohbSampler(one, defaults), supportsContinuous: true });

/** A trial that was stopped after the last of these steps, with the same loss at each. */
function upTo(number: number, steps: readonly number[], parts: Partial<Evaluation> = {}): Evaluation {
  const loss = Math.abs(number / 20 - 0.3);
  return evaluation({
    number,
    configuration: { x: number / 20, y: 0.5 },
    state: "stopped",
    losses: [loss],
    curve: steps.map((step) => ({ step, loss })),
    ...parts,
  });
}
const several = (count: number, from: number, steps: readonly number[]) =>
  Array.from({ length: count }, (_, index) => upTo(from + index, steps));
const factsOf = (history: readonly Evaluation[]) =>
  modelOnly.suggest(question({ space, history }))!.why.facts;

describe("bohb", () => {
  it("takes the largest step with one result more than there are parameters", () => {
    expect(factsOf([...several(2, 0, [1, 3, 9]), ...several(9, 2, [1, 3])])).toMatchObject({
      step: 3,
      results: 11,
      good: 2,
    });
    expect(factsOf([...several(3, 0, [1, 3, 9]), ...several(9, 3, [1, 3])])).toMatchObject({
      step: 9,
      results: 3,
      good: 1,
    });
  });

  it("draws while no step has enough results", () => {
    const { why } = modelOnly.suggest(question({ space, history: several(2, 0, [1, 3]) }))!;
    expect(why).toMatchObject({ kind: "startup", message: expect.stringContaining("the 3 results") });
  });

  it("counts no value that is not finite, and none of a trial that failed", () => {
    const diverged = upTo(7, [1], { curve: [{ step: 1, loss: Number.NaN }] });
    const failed = upTo(8, [1], { state: "failed", losses: null });
    expect(factsOf([...several(4, 0, [1]), diverged, failed])).toMatchObject({ step: 1, results: 4 });
  });

  it("counts results without a curve at the full length", () => {
    const prior = [-3, -2, -1].map((number) =>
      evaluation({ number, configuration: { x: 0.1, y: 0.1 }, losses: [-number] }),
    );
    expect(factsOf([...prior, ...several(8, 0, [1, 3])])).toMatchObject({ step: null, results: 3 });
    const full = upTo(8, [1, 3, 9], { state: "completed", fidelity: 1 });
    expect(factsOf([...prior, ...several(8, 0, [1, 3]), full])).toMatchObject({ step: 9, results: 4 });
  });

  it("draws the given share at random", () => {
    const sampler = createBohbSampler(space, defaults);
    const history = several(10, 0, [1]);
    const kinds = Array.from(
      { length: 300 },
      (_, number) =>
        sampler.suggest(question({ space, history, number: 10 + number, seed: toSeed(3) }))!.why.kind,
    );
    const drawn = kinds.filter((kind) => kind === "drawn").length;
    // Four standard deviations of 300 draws at 1/3.
    expect(Math.abs(drawn - 100)).toBeLessThan(33);
  });

  it("proposes near the best results of that step", () => {
    const history = several(20, 0, [1, 3]);
    const distances = Array.from({ length: 20 }, (_, number) => {
      const { configuration } = modelOnly.suggest(question({ space, history, number: 20 + number }))!;
      return Math.abs((configuration["x"] as number) - 0.3);
    });
    expect(distances.filter((distance) => distance < 0.15).length).toBeGreaterThan(12);
  });

  it("tries every point of a small space before one again", () => {
    const small = createSpace([{ name: "a", distribution: { kind: "integer", low: 1, high: 12 } }]);
    const sampler = createBohbSampler(small, defaults);
    const objective = ({ a }: Readonly<Record<string, unknown>>) => ({ losses: [((a as number) - 4) ** 2] });
    const { history } = optimise(sampler, { space: small, objective, trials: 12 });
    expect(new Set(history.map(({ configuration }) => configuration["a"])).size).toBe(12);
    expect(bestSoFar(history).at(-1)).toBe(0);
  });
});
