import { createSpace } from "../../../src/search/index.ts";
import { numbersOf, square, type Problem } from "./problem.ts";

/** A rotated bowl over whole numbers, one of them on a log scale and one in steps, with a ripple of odd and even. */
export const integers: Problem = {
  name: "integers",
  kind: "integer",
  challenge: "six whole numbers that depend on each other",
  space: createSpace([
    { name: "a", distribution: { kind: "integer", low: 0, high: 20 } },
    { name: "b", distribution: { kind: "integer", low: 0, high: 20 } },
    { name: "c", distribution: { kind: "integer", low: 1, high: 1024, scale: "log" } },
    { name: "d", distribution: { kind: "integer", low: 10, high: 100, step: 10 } },
    { name: "e", distribution: { kind: "integer", low: 1, high: 5 } },
    { name: "f", distribution: { kind: "integer", low: -30, high: 30 } },
  ]),
  evaluate(configuration) {
    const at = numbersOf(configuration);
    const [a, b, e] = [at("a"), at("b"), at("e")];
    const c = Math.log2(at("c"));
    const ripple = (a % 2) + (b % 3 === 0 ? 0 : 0.5);
    return [
      square((a + b - 18) / 4) +
        square((a - b - 6) / 6) +
        square(c - 2 - e) +
        square((at("d") - 10 * e) / 25) +
        square((at("f") + a - 5) / 10) +
        0.3 * ripple,
    ];
  },
};
