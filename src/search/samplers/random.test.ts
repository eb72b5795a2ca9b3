import { describe, expect, it } from "vitest";

import { toSeed } from "../../base/index.ts";
import { createSpace } from "../space/index.ts";
import { question } from "../../testing/optimise.ts";
import { samplerContract } from "../../testing/sampler-contract.ts";
import { createRandomSampler } from "./random.ts";

samplerContract({ create: () => createRandomSampler(), supportsContinuous: true });

describe("random", () => {
  const rate = { name: "rate", distribution: { kind: "float", low: 1e-4, high: 1, scale: "log" } };
  const layers = { name: "layers", distribution: { kind: "integer", low: 1, high: 4 } };

  it("leaves the other parameters as they were when one is added", () => {
    const small = createSpace([rate]);
    const large = createSpace([layers, rate]);
    const sampler = createRandomSampler();
    for (let number = 0; number < 20; number++) {
      const before = sampler.suggest(question({ number, seed: toSeed(5), space: small }))!.configuration;
      const after = sampler.suggest(question({ number, seed: toSeed(5), space: large }))!.configuration;
      expect(after["rate"]).toBe(before["rate"]);
    }
  });

  it("gives other suggestions under another seed", () => {
    const space = createSpace([rate]);
    const values = [1, 2, 3].map(
      (seed) =>
        createRandomSampler().suggest(question({ number: 0, seed: toSeed(seed), space }))!.configuration[
          "rate"
        ],
    );
    expect(new Set(values).size).toBe(3);
  });

  it("spreads a log-scaled parameter evenly over its decades", () => {
    const space = createSpace([rate]);
    const decades = [0, 0, 0, 0];
    for (let number = 0; number < 4000; number++) {
      const value = createRandomSampler().suggest(question({ number, seed: toSeed(9), space }))!
        .configuration["rate"];
      decades[Math.floor(Math.log10(value as number) + 4)]! += 1;
    }
    // Four standard deviations of a binomial count of 4000 draws at 1/4.
    for (const count of decades) expect(Math.abs(count - 1000)).toBeLessThan(110);
  });

  it("gives the values published for its seed", () => {
    const space = createSpace([rate, layers]);
    const values = [0, 1, 2].map(
      (number) => createRandomSampler().suggest(question({ number, seed: toSeed(42), space }))!.configuration,
    );
    expect(values).toMatchInlineSnapshot(`
      [
        {
          "layers": 2,
          "rate": 0.005188470213409903,
        },
        {
          "layers": 4,
          "rate": 0.01086267094532661,
        },
        {
          "layers": 1,
          "rate": 0.0019016915128340685,
        },
      ]
    `);
  });
});
