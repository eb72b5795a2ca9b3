import { createSpace } from "../../../src/search/index.ts";
import { numbersOf, square, type Problem } from "./problem.ts";

/** Most losses are below 1; where two parameters are large together they explode without failing. */
export const heavyTail: Problem = {
  name: "heavy-tail",
  kind: "failing",
  challenge: "losses up to a million drown what matters",
  space: createSpace([
    ...["a", "b", "c", "d"].map((name) => ({ name, distribution: { kind: "float", low: 0, high: 1 } })),
    { name: "e", distribution: { kind: "integer", low: 1, high: 10 } },
  ]),
  evaluate(configuration) {
    const at = numbersOf(configuration);
    const [a, b, c] = [at("a"), at("b"), at("c")];
    const explosion = 10 ** (8 * Math.max(0, a + b - 1.15)) - 1;
    const valley =
      2 * square(a - 0.62) + square(b - 0.5) + 0.7 * square(c - a * at("d")) + 0.3 * square(at("d") - 0.8);
    return [valley + 0.004 * square(at("e") - 7) + explosion];
  },
};
