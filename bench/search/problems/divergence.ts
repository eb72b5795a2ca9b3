import { createSpace } from "../../../src/search/index.ts";
import { numbersOf, square, type Problem } from "./problem.ts";

/** Trainings learn best at the largest rate at which they do not diverge yet. */
export const divergence: Problem = {
  name: "divergence",
  kind: "failing",
  challenge: "a third of the space fails, and the best lies at the border",
  space: createSpace([
    { name: "rate", distribution: { kind: "float", low: 1e-4, high: 10, scale: "log" } },
    { name: "momentum", distribution: { kind: "float", low: 0, high: 0.99 } },
    { name: "width", distribution: { kind: "integer", low: 16, high: 1024, scale: "log" } },
    { name: "scale", distribution: { kind: "float", low: 0.1, high: 10, scale: "log" } },
    { name: "clip", distribution: { kind: "categorical", values: [false, true] } },
  ]),
  evaluate(configuration) {
    const at = numbersOf(configuration);
    const effective = Math.log10(at("rate")) - Math.log10(1 - at("momentum"));
    const width = Math.log2(at("width"));
    const scale = Math.log10(at("scale"));
    const isClipped = configuration["clip"] === true;
    const border = -0.4 - 0.1 * (width - 7) - 0.8 * Math.max(0, scale) + (isClipped ? 0.5 : 0);
    if (effective > border) return null;
    return [
      0.1 +
        0.06 * square(effective - 0.5) +
        0.05 * square(scale + 0.1) +
        0.006 * square(width - 8) +
        0.1 * square(at("momentum") - 0.9) +
        (isClipped ? 0.05 : 0),
    ];
  },
};
