import { createSpace } from "../../../src/search/index.ts";
import { numbersOf, square, type Problem } from "./problem.ts";

const names = ["a", "b", "c", "d"];

/** @see Rosenbrock 1960, "An automatic method for finding the greatest or least value of a function" */
export const rosenbrockLog: Problem = {
  name: "rosenbrock-log",
  kind: "continuous",
  challenge: "four numbers on a log scale, a curved valley",
  space: createSpace(
    names.map((name) => ({ name, distribution: { kind: "float", low: 1e-4, high: 1, scale: "log" } })),
  ),
  evaluate(configuration) {
    const at = numbersOf(configuration);
    // From -2 to 2; the minimum 0 at 1 is where every parameter is 0.1.
    const u = names.map((name) => Math.log10(at(name)) + 2);
    let total = 0;
    for (let i = 0; i + 1 < u.length; i++)
      total += 100 * square(u[i + 1]! - square(u[i]!)) + square(1 - u[i]!);
    return [total];
  },
};
