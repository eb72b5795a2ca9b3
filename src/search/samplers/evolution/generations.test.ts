import { describe, expect, it } from "vitest";

import { evaluation } from "../../../testing/optimise.ts";
import type { Evaluation } from "../sampler.ts";
import { Generations } from "./generations.ts";

const finished = (number: number) => evaluation({ number, configuration: { n: number }, losses: [number] });
const pending = (number: number) => evaluation({ number, configuration: { n: number } });

function counting() {
  let updates = 0;
  const numbers = (group: readonly Evaluation[]) => group.map(({ number }) => number);
  const generations = new Generations<readonly number[], null>({
    first: numbers,
    next: (_, group) => {
      updates++;
      return numbers(group);
    },
  });
  const states = (history: readonly Evaluation[], number = 100, key = "") =>
    generations.states({ history, number, size: 3, context: null, key });
  return { states, updates: () => updates };
}

describe("generations", () => {
  it("are so many finished trials each, by number; what runs is passed over", () => {
    const { states } = counting();
    const history = [-2, -1, 0, 1, 2, 3, 4, 5, 6, 7].map((n) =>
      n === 1 || n === 4 ? pending(n) : finished(n),
    );
    expect(states(history)).toEqual([
      [-2, -1],
      [0, 2, 3],
      [5, 6, 7],
    ]);
    expect(states(history, 7)).toEqual([
      [-2, -1],
      [0, 2, 3],
    ]);
  });

  it("count what failed and what is paused with a value", () => {
    const { states } = counting();
    const failed = evaluation({ number: 0, configuration: {}, losses: null });
    const paused = evaluation({ number: 1, configuration: {}, state: "pending", losses: [3] });
    expect(states([failed, paused, finished(2)])).toEqual([[], [0, 1, 2]]);
  });

  it("are computed once each, and again from the first one that changed on", () => {
    const { states, updates } = counting();
    const history = Array.from({ length: 9 }, (_, number) => finished(number));
    for (const count of [3, 5, 6, 9]) states(history.slice(0, count));
    expect(updates()).toBe(3);
    expect(states(history)).toHaveLength(4);
    expect(updates()).toBe(3);
    states(history.with(4, finished(4)));
    expect(updates()).toBe(5);
    states(history.with(4, finished(4)), 100, "other");
    expect(updates()).toBe(8);
  });
});
