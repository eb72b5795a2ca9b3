import { createSpace } from "../../../src/search/index.ts";
import { numbersOf, sum, type Problem } from "./problem.ts";

/**
 * The first problem of Zitzler, Deb and Thiele with an integer and a choice among what has to be right.
 *
 * @see Zitzler, Deb, Thiele 2000, "Comparison of Multiobjective Evolutionary Algorithms"
 */
export const zdtMixed: Problem = {
  name: "zdt-mixed",
  kind: "two objectives",
  challenge: "a curved front, seven parameters of three kinds",
  reference: [1.1, 6],
  space: createSpace([
    ...[1, 2, 3, 4, 5].map((n) => ({ name: `x${n}`, distribution: { kind: "float", low: 0, high: 1 } })),
    { name: "steps", distribution: { kind: "integer", low: 0, high: 10 } },
    { name: "choice", distribution: { kind: "categorical", values: ["a", "b", "c", "d"] } },
  ]),
  evaluate(configuration) {
    const at = numbersOf(configuration);
    const choice = { a: 0.7, b: 0, c: 1, d: 0.3 }[String(configuration["choice"])]!;
    const rest = [...["x2", "x3", "x4", "x5"].map(at), at("steps") / 10, choice];
    const g = 1 + (9 / 6) * sum(rest);
    const first = at("x1");
    return [first, g * (1 - Math.sqrt(first / g))];
  },
};
