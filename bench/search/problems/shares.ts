import { createSpace } from "../../../src/search/index.ts";
import { numbersOf, type Problem } from "./problem.ts";

export const shares: Problem = {
  name: "shares",
  kind: "constrained",
  challenge: "three shares of at most 1 together, the best at that border",
  space: createSpace(
    [
      ...["first", "second", "third"].map((name) => ({
        name,
        distribution: { kind: "float", low: 0, high: 1 },
      })),
      { name: "rate", distribution: { kind: "float", low: 1e-4, high: 1, scale: "log" } },
    ],
    { constraints: [{ require: "first + second + third <= 1" }] },
  ),
  evaluate(configuration) {
    const at = numbersOf(configuration);
    const gain = Math.sqrt(at("first")) + 1.5 * Math.sqrt(at("second")) + 0.7 * Math.sqrt(at("third"));
    const off = Math.log10(at("rate")) + 3 * at("second");
    return [2.5 - gain + 0.3 * off * off];
  },
};
