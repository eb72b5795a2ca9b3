import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

import { problems } from "../../bench/search/problems/registry.ts";
import { scoreOf } from "../../bench/search/score.ts";
import type { Configuration } from "../../src/search/index.ts";

interface Golden {
  readonly problems: Readonly<
    Record<string, { readonly configurations: Configuration[]; readonly losses: (number[] | null)[] }>
  >;
}

const golden = JSON.parse(
  readFileSync(new URL("../golden/search-problems.json", import.meta.url), "utf8"),
) as Golden;

describe("the problems of the convergence bench", () => {
  it.each(problems.filter(({ kind }) => kind !== "real"))(
    "$name has the values that the peers' formulas have",
    (problem) => {
      const { configurations, losses } = golden.problems[problem.name]!;
      expect(configurations).toHaveLength(50);
      for (const [index, configuration] of configurations.entries()) {
        const found = problem.evaluate(configuration);
        const expected = losses[index]!;
        expect(found === null, JSON.stringify(configuration)).toBe(expected === null);
        for (const [objective, loss] of (expected ?? []).entries()) {
          expect(Math.abs(found![objective]! - loss)).toBeLessThan(1e-12 * Math.max(1, Math.abs(loss)));
        }
      }
    },
  );

  it("judges by the true loss of the configuration that was told to be best on average", () => {
    const branin = problems.find(({ name }) => name === "branin")!;
    const optimum = { x1: Math.PI, x2: 2.275 };
    const told = [
      { configuration: optimum, losses: [3] },
      { configuration: { x1: 0, x2: 0 }, losses: [2] },
      { configuration: { x1: 1, x2: 1 }, losses: null },
    ];
    expect(scoreOf(branin, told.slice(0, 1))).toBeCloseTo(0.397887, 5);
    expect(scoreOf(branin, told)).toBeCloseTo(55.602113, 5);
    expect(scoreOf(branin, told.slice(2))).toBe(Infinity);
    const again = { configuration: { x1: 0, x2: 0 }, losses: [5] };
    expect(scoreOf(branin, [...told, again])).toBeCloseTo(0.397887, 5);
  });
});
