import { createSpace } from "../../../src/search/index.ts";
import { numbersOf, square, type Problem } from "./problem.ts";

/** @see Dixon and Szegő 1978, "The global optimization problem: an introduction" */
export const branin: Problem = {
  name: "branin",
  kind: "continuous",
  challenge: "two numbers, three equal minima of 0.3979",
  space: createSpace([
    { name: "x1", distribution: { kind: "float", low: -5, high: 10 } },
    { name: "x2", distribution: { kind: "float", low: 0, high: 15 } },
  ]),
  evaluate(configuration) {
    const at = numbersOf(configuration);
    const x1 = at("x1");
    const bowl = at("x2") - (5.1 / (4 * Math.PI * Math.PI)) * x1 * x1 + (5 / Math.PI) * x1 - 6;
    return [square(bowl) + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x1) + 10];
  },
};
