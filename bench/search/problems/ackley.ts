import { createSpace, type Configuration } from "../../../src/search/index.ts";
import { numbersOf, square, sum, type Problem } from "./problem.ts";

/** @see Ackley 1987, "A Connectionist Machine for Genetic Hillclimbing" */
function ackley(x: readonly number[]): number {
  const spread = Math.sqrt(sum(x.map(square)) / x.length);
  const waves = sum(x.map((value) => Math.cos(2 * Math.PI * value))) / x.length;
  return 20 + Math.E - 20 * Math.exp(-0.2 * spread) - Math.exp(waves);
}

const real = (name: string) => ({ name, distribution: { kind: "float", low: -4, high: 6 } });

export const ackleyIrrelevant: Problem = {
  name: "ackley-irrelevant",
  kind: "irrelevant",
  challenge: "eight numbers of which four matter, many local minima",
  space: createSpace(Array.from({ length: 8 }, (_, index) => real(`x${index + 1}`))),
  evaluate(configuration) {
    const at = numbersOf(configuration);
    return [ackley(["x2", "x4", "x5", "x8"].map(at))];
  },
};

const letters = ["a", "b", "c", "d", "e"];
/** Where a letter stands has nothing to do with its place in the alphabet. */
const places: Readonly<Record<string, number>> = { a: 3, b: -1, c: 0, d: 2, e: -3 };
const placeOf = (configuration: Configuration, name: string) => places[String(configuration[name])]!;

export const ackleyMixed: Problem = {
  name: "ackley-mixed",
  kind: "mixed",
  challenge: "three numbers, two integers and two choices without an order, many local minima",
  space: createSpace([
    ...["x1", "x2", "x3"].map(real),
    ...["i1", "i2"].map((name) => ({ name, distribution: { kind: "integer", low: -4, high: 6 } })),
    ...["c1", "c2"].map((name) => ({ name, distribution: { kind: "categorical", values: letters } })),
  ]),
  evaluate(configuration) {
    const at = numbersOf(configuration);
    const numbers = ["x1", "x2", "x3", "i1", "i2"].map(at);
    return [ackley([...numbers, placeOf(configuration, "c1"), placeOf(configuration, "c2")])];
  },
};
