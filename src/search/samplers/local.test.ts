import { describe, expect, it } from "vitest";

import { toSeed } from "../../base/index.ts";
import { bestSoFar, evaluation, optimise, question } from "../../testing/optimise.ts";
import { samplerContract } from "../../testing/sampler-contract.ts";
import { containsConfiguration, createSpace, type Configuration } from "../space/index.ts";
import { createLocalSampler, localOptions } from "./local.ts";
import { createRandomSampler } from "./random.ts";

const defaults = localOptions.parse({});
const create = () => createLocalSampler(defaults);
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;

samplerContract({ create, supportsContinuous: true });

const plane = createSpace([
  { name: "x", distribution: { kind: "float", low: 0, high: 1 } },
  { name: "y", distribution: { kind: "float", low: 1e-4, high: 1, scale: "log" } },
]);
const bowl = ({ x, y }: Configuration) => ({
  losses: [((x as number) - 0.3) ** 2 + (Math.log10(y as number) + 2) ** 2 / 16],
});

const conditional = createSpace(
  [
    { name: "optimizer", distribution: { kind: "categorical", values: ["sgd", "adam"] } },
    { name: "momentum", distribution: { kind: "float", low: 0, high: 0.99 }, when: { optimizer: ["sgd"] } },
    { name: "layers", distribution: { kind: "integer", low: 1, high: 5 } },
    { name: "rate", distribution: { kind: "float", low: 0, high: 1 } },
  ],
  { constraints: [{ require: "layers * rate <= 2" }] },
);

describe("local", () => {
  it("goes down a bowl closer than random search by far", () => {
    const run = (sampler: ReturnType<typeof create>) =>
      median(
        [1, 2, 3, 4, 5, 6, 7].map((seed) => {
          const options = { space: plane, objective: bowl, seed: toSeed(seed), trials: 60 };
          return bestSoFar(optimise(sampler, options).history).at(-1)!;
        }),
      );
    expect(run(create())).toBeLessThan(run(createRandomSampler()) / 10);
  });

  it("changes one or two parameters of the best trial, and says which", () => {
    const history = Array.from({ length: 8 }, (_, number) =>
      evaluation({
        number,
        configuration: { x: number / 10, y: 0.01 },
        ...bowl({ x: number / 10, y: 0.01 }),
      }),
    );
    for (let number = 8; number < 30; number++) {
      const { configuration, why } = create().suggest(question({ space: plane, history, number }))!;
      const moved = Object.keys(configuration).filter(
        (name) => configuration[name] !== history[3]!.configuration[name],
      );
      expect(why.facts).toMatchObject({ centre: 3, restarts: 0 });
      expect((why.facts!["changed"] as string[]).toSorted()).toEqual(moved);
    }
  });

  it("keeps conditions and constraints", () => {
    const objective = ({ optimizer, momentum = 0, layers, rate }: Configuration) => ({
      losses: [
        (optimizer === "sgd" ? ((momentum as number) - 0.9) ** 2 : 0.3) -
          (layers as number) * (rate as number),
      ],
    });
    const { history } = optimise(create(), { space: conditional, objective, seed: toSeed(4), trials: 80 });
    for (const { configuration } of history) {
      expect(containsConfiguration(conditional, configuration), JSON.stringify(configuration)).toBe(true);
    }
    expect(bestSoFar(history).at(-1)).toBeLessThan(-1.9);
  });

  it("halves its steps by four failures, and starts again from the best that is not near", () => {
    const near = Array.from({ length: 5 }, (_, number) =>
      evaluation({ number, configuration: { x: 0.3 + number / 100, y: 0.01 }, losses: [number] }),
    );
    const far = evaluation({ number: 5, configuration: { x: 0.9, y: 0.01 }, losses: [7] });
    const failures = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        evaluation({ number: 6 + index, configuration: { x: 0.31, y: 0.01 + index / 1000 }, losses: [9] }),
      );
    const factsAfter = (count: number) =>
      create().suggest(question({ space: plane, history: [...near, far, ...failures(count)] }))!.why.facts!;
    expect(factsAfter(3)).toMatchObject({ centre: 0, restarts: 0 });
    expect(factsAfter(3)["radius"]).toBeCloseTo(0.1);
    expect(factsAfter(7)["radius"]).toBeCloseTo(0.05);
    // 0.2 is below 0.002 after 27 halvings by a quarter, the far one being the first.
    expect(factsAfter(26)).toMatchObject({ centre: 5, restarts: 1, radius: 0.2 });
  });

  it("tries every point of a small space before one again", () => {
    const space = createSpace([
      { name: "a", distribution: { kind: "integer", low: 1, high: 4 } },
      { name: "b", distribution: { kind: "categorical", values: ["x", "y", "z"] } },
    ]);
    const objective = ({ a, b }: Configuration) => ({ losses: [(a as number) + (b === "x" ? 0 : 1)] });
    const { history } = optimise(create(), { space, objective, seed: toSeed(2), trials: 12 });
    expect(new Set(history.map(({ configuration }) => JSON.stringify(configuration))).size).toBe(12);
  });
});
