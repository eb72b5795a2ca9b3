import { createSpace } from "../../../src/search/index.ts";
import { numbersOf, square, type Problem } from "./problem.ts";

const range = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

export const irrelevant: Problem = {
  name: "irrelevant-20",
  kind: "irrelevant",
  challenge: "twenty parameters of all kinds, four matter",
  space: createSpace([
    ...range(8).map((n) => ({ name: `x${n}`, distribution: { kind: "float", low: 0, high: 1 } })),
    ...range(4).map((n) => ({
      name: `log${n}`,
      distribution: { kind: "float", low: 1e-6, high: 1, scale: "log" },
    })),
    ...range(4).map((n) => ({ name: `int${n}`, distribution: { kind: "integer", low: 1, high: 16 } })),
    ...range(4).map((n) => ({
      name: `choice${n}`,
      distribution: { kind: "categorical", values: ["a", "b", "c", "d"] },
    })),
  ]),
  evaluate(configuration) {
    const at = numbersOf(configuration);
    const choice = String(configuration["choice2"]);
    const [offset, shift] = { a: [0.3, 0], b: [0.05, 0.5], c: [0, 1], d: [0.5, -0.5] }[choice] as [
      number,
      number,
    ];
    const log = Math.log10(at("log3"));
    return [
      offset +
        0.2 * square(log + 3 - shift) +
        4 * square(at("x5") - 0.35 - 0.05 * (log + 3)) +
        0.02 * square(at("int1") - 11),
    ];
  },
};
