import { describe, expect, it } from "vitest";

import { evaluation } from "../../../testing/optimise.ts";
import { comparePlaced, placeAll } from "./ranking.ts";

const one = (number: number, parts: Partial<Parameters<typeof evaluation>[0]>) =>
  evaluation({ number, configuration: {}, ...parts });
const order = (...evaluations: readonly ReturnType<typeof one>[]) =>
  placeAll(evaluations)
    .toSorted(comparePlaced)
    .map(({ evaluation: { number } }) => number);

describe("ranking", () => {
  it("puts what ended before what was stopped, that before what breaks a constraint, failures last", () => {
    expect(
      order(
        one(0, { losses: null }),
        one(1, { losses: [1], violations: [2] }),
        one(2, { losses: [5], violations: [1] }),
        one(3, { losses: [0], state: "stopped", fidelity: 0.2 }),
        one(4, { losses: [9], state: "stopped", fidelity: 0.5 }),
        one(5, { losses: [10] }),
        one(6, { losses: [8], violations: [-1, 0] }),
        one(7, { losses: [Number.NaN] }),
      ),
    ).toEqual([6, 5, 4, 3, 2, 1, 0, 7]);
  });

  it("prefers room within a front, then age", () => {
    const points = [
      [0, 4],
      [1, 1.2],
      [1.2, 1],
      [4, 0],
      [4, 4],
      [4, 4],
    ];
    expect(order(...points.map((losses, number) => one(number, { losses })))).toEqual([0, 3, 1, 2, 4, 5]);
  });
});
