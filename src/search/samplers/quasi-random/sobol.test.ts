import { describe, expect, it } from "vitest";

import { toSeed } from "../../../base/index.ts";
import { question } from "../../../testing/optimise.ts";
import { samplerContract } from "../../../testing/sampler-contract.ts";
import { brokenConstraints, configurationKey, createSpace } from "../../space/index.ts";
import { createSobolSampler } from "./sobol.ts";

samplerContract({ create: createSobolSampler, supportsContinuous: true });

const range = (length: number) => Array.from({ length }, (_, index) => index);
const x = { name: "x", distribution: { kind: "float", low: 0, high: 1 } };
const y = { name: "y", distribution: { kind: "float", low: 0, high: 1 } };

describe("sobol", () => {
  it("gives each choice its share in every aligned run", () => {
    const space = createSpace([
      { name: "constant", distribution: { kind: "constant", value: 1 } },
      {
        name: "optimizer",
        distribution: { kind: "categorical", values: ["sgd", "adam", "rmsprop", "lion"] },
      },
      { name: "momentum", distribution: { kind: "float", low: 0, high: 1 }, when: { optimizer: ["sgd"] } },
    ]);
    const sampler = createSobolSampler(space);
    const configurations = range(16).map(
      (number) => sampler.suggest(question({ number, space }))!.configuration,
    );
    const counts = Map.groupBy(configurations, ({ optimizer }) => optimizer);
    expect([...counts.values()].map(({ length }) => length)).toEqual([4, 4, 4, 4]);
    for (const { optimizer, momentum } of configurations) {
      expect(momentum === undefined).toBe(optimizer !== "sgd");
    }
  });

  it("leaves out what breaks a constraint, whatever was asked before", () => {
    const space = createSpace([x, y], { constraints: [{ require: "x + y <= 0.7" }] });
    const sampler = createSobolSampler(space);
    const forwards = range(30).map((number) => sampler.suggest(question({ number, space }))!);
    expect(createSobolSampler(space).suggest(question({ number: 29, space }))).toEqual(forwards[29]);
    const keys = forwards.map(({ configuration }) => configurationKey(configuration));
    expect(new Set(keys).size).toBe(30);
    for (const { configuration } of forwards) expect(brokenConstraints(space, configuration)).toEqual([]);
  });

  it("has other points for what was refused", () => {
    const space = createSpace([x, y]);
    const sampler = createSobolSampler(space);
    const ask = (number: number, retry: number) =>
      configurationKey(sampler.suggest(question({ number, retry, space, seed: toSeed(7) }))!.configuration);
    const keys = range(5).flatMap((number) => range(4).map((retry) => ask(number, retry)));
    expect(new Set(keys).size).toBe(20);
  });
});
