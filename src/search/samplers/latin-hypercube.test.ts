import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { toSeed } from "../../base/index.ts";
import { question } from "../../testing/optimise.ts";
import { samplerContract } from "../../testing/sampler-contract.ts";
import { createSpace } from "../space/index.ts";
import { createLatinHypercubeSampler, latinHypercubeOptions } from "./latin-hypercube.ts";

const createSampler = (options: Partial<ReturnType<typeof latinHypercubeOptions.parse>> = {}) =>
  createLatinHypercubeSampler({ ...latinHypercubeOptions.parse({}), ...options });

samplerContract({ create: () => createSampler(), supportsContinuous: true });

const range = (length: number) => Array.from({ length }, (_, index) => index);
const x = { name: "x", distribution: { kind: "float", low: 0, high: 1 } };
const y = { name: "y", distribution: { kind: "float", low: 0, high: 1 } };
const space = createSpace([x, y]);

describe("latin-hypercube", () => {
  it("hits each stratum of every parameter once, hypercube after hypercube", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(), (maxTrials, seed) => {
        const sampler = createSampler();
        for (const cube of range(3)) {
          const rows = range(maxTrials).map((row) => {
            const number = cube * maxTrials + row;
            return sampler.suggest(question({ number, maxTrials, seed: toSeed(seed), space }))!.configuration;
          });
          for (const name of ["x", "y"]) {
            const strata = rows.map((row) => Math.floor((row[name] as number) * maxTrials));
            expect(strata.toSorted((a, b) => a - b)).toEqual(range(maxTrials));
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it("takes the middle of each stratum when asked, of as many points as it is told", () => {
    const sampler = createSampler({ points: 4, centred: true });
    const values = range(4).map(
      (number) => sampler.suggest(question({ number, space }))!.configuration["x"] as number,
    );
    expect(values.toSorted((a, b) => a - b)).toEqual([0.125, 0.375, 0.625, 0.875]);
  });

  it("draws anew for a row that breaks a constraint or is refused, and says so", () => {
    const constrained = createSpace([x, y], { constraints: [{ require: "x + y <= 0.5" }] });
    const sampler = createSampler();
    const asked = range(40).map((number) =>
      sampler.suggest(question({ number, maxTrials: 40, space: constrained })),
    );
    for (const suggestion of asked) {
      const { x: first, y: second } = suggestion!.configuration;
      expect((first as number) + (second as number)).toBeLessThanOrEqual(0.5);
    }
    expect(asked.filter((suggestion) => suggestion!.why.message.startsWith("drawn")).length).toBeGreaterThan(
      20,
    );
    const [row, again] = [0, 1].map((retry) => sampler.suggest(question({ number: 3, retry, space })));
    expect(again!.configuration).not.toEqual(row!.configuration);
    expect(again!.why.message).toMatch(/^drawn, because/);
  });
});
