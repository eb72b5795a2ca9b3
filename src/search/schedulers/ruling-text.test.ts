import { describe, expect, it } from "vitest";

import type { Ruling } from "../trial/index.ts";
import { describeRuling } from "./index.ts";

const accuracy = { metric: "validation/accuracy", direction: "maximize" } as const;
const loss = { metric: "validation/loss", direction: "minimize" } as const;
const ruling: Ruling = { action: "stop", rule: "asha", step: 3, loss: -0.81 };

describe("describeRuling", () => {
  it("says rule, step, rank, rung and what was needed, in the objective's own units", () => {
    const full = { ...ruling, rung: 1, rank: 7, of: 9, threshold: -0.86, facts: { goOn: 3 } };
    expect(describeRuling(full, accuracy)).toBe(
      "stopped by asha at step 3: validation/accuracy 0.81 is 7th of 9 at rung 1, the best 3 go on (needed 0.86)",
    );
    expect(
      describeRuling({ ...full, rule: "hyperband", action: "pause", bracket: 4, rank: 22 }, accuracy),
    ).toBe(
      "paused by hyperband at step 3: validation/accuracy 0.81 is 22nd of 9 at rung 1 of bracket 4, the best 3 go on",
    );
    expect(describeRuling({ ...full, facts: { goOn: 1 } }, accuracy)).toMatch(/, the best 1 goes on \(/);
    expect(describeRuling({ ...full, facts: { goOn: 0 } }, accuracy)).toMatch(/, none goes on \(/);
  });

  it.each([
    [1, "1st"],
    [2, "2nd"],
    [3, "3rd"],
    [4, "4th"],
    [11, "11th"],
    [13, "13th"],
    [21, "21st"],
    [112, "112th"],
  ])("writes place %d as %s", (rank, text) => {
    expect(describeRuling({ ...ruling, rank, of: 200 }, accuracy)).toContain(` is ${text} of 200`);
  });

  it("names what was not a finite number, and rounds the rest to what can be told apart", () => {
    const { loss: _, ...without } = ruling;
    expect(describeRuling({ ...without, rank: 2, of: 2 }, loss)).toContain(
      "validation/loss not a finite number is 2nd",
    );
    expect(describeRuling({ ...ruling, loss: 1 / 3, rank: 2, of: 2 }, loss)).toContain(
      "validation/loss 0.3333 is",
    );
    expect(describeRuling({ ...ruling, loss: 0, rank: 2, of: 2 }, accuracy)).toContain(
      "validation/accuracy 0 is",
    );
  });

  it.each([
    [
      "median",
      { rank: 4, of: 5, threshold: -0.9, facts: { compared: "best" } },
      "best validation/accuracy 0.81 is 4th of 5 (needed 0.9)",
    ],
    ["patience", { facts: { bestStep: 2 } }, "validation/accuracy 0.81 is no improvement since step 2"],
    ["patience", { facts: { bestStep: null } }, "validation/accuracy 0.81, and no finite value before"],
    ["threshold", { threshold: -0.85, facts: { bound: "min" } }, "validation/accuracy 0.81 is below 0.85"],
    ["threshold", { threshold: -0.8, facts: { bound: "max" } }, "validation/accuracy 0.81 is above 0.8"],
    [
      "curve-extrapolation",
      { threshold: -0.913, probability: 0.021_23 },
      "validation/accuracy 0.81 has a probability of 0.02123 to end better than the best validation/accuracy so far, 0.913",
    ],
    [
      "pbt",
      { rung: 0, rank: 8, of: 8, facts: { generation: 1, child: 9 } },
      "validation/accuracy 0.81 is 8th of 8 in generation 1, trial 9 takes its place",
    ],
    [
      "wilcoxon",
      { threshold: -0.9, probability: 0.0625, facts: { replicates: 4, best: 7 } },
      "mean validation/accuracy 0.81 of 4 replicates is worse than 0.9 of trial 7 (p = 0.0625)",
    ],
  ])("says of %s what it compared", (rule, parts, text) => {
    expect(describeRuling({ ...ruling, rule, ...parts }, accuracy)).toBe(
      `stopped by ${rule} at step 3: ${text}`,
    );
  });
});
