import { createSpace } from "../../../src/search/index.ts";
import { numbersOf, square, type Problem } from "./problem.ts";

/** A grid that a person would write; repeating a point of it is a wasted trial. */
export const smallGrid: Problem = {
  name: "small-grid",
  kind: "mixed",
  challenge: "240 points in all",
  space: createSpace([
    { name: "rate", distribution: { kind: "ordinal", values: [1e-4, 1e-3, 1e-2, 1e-1] } },
    { name: "decay", distribution: { kind: "ordinal", values: [0, 1e-5, 1e-4, 1e-3, 1e-2] } },
    { name: "dropout", distribution: { kind: "float", low: 0, high: 0.5, step: 0.1 } },
    { name: "activation", distribution: { kind: "categorical", values: ["relu", "tanh"] } },
  ]),
  evaluate(configuration) {
    const at = numbersOf(configuration);
    const isTanh = configuration["activation"] === "tanh";
    const decay = Math.log10(at("decay") + 1e-6) + 6;
    const off = Math.log10(at("rate")) + (isTanh ? 2 : 3);
    return [
      0.1 +
        0.04 * square(off) +
        0.01 * square(decay + 6 * at("dropout") - 3.3) +
        0.05 * square(at("dropout") - 0.2) +
        (isTanh ? 0.006 : 0),
    ];
  },
};
