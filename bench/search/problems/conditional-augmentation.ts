import { createSpace } from "../../../src/search/index.ts";
import { numbersOf, square, type Problem } from "./problem.ts";

export const conditionalAugmentation: Problem = {
  name: "conditional-augmentation",
  kind: "conditional",
  challenge: "augmentation on or off, its kind, and the strength of that kind",
  space: createSpace([
    { name: "augment", distribution: { kind: "categorical", values: [false, true] } },
    {
      name: "method",
      distribution: { kind: "categorical", values: ["affine", "erase", "mix"] },
      when: { augment: [true] },
    },
    {
      name: "degrees",
      distribution: { kind: "float", low: 0, high: 45 },
      when: { method: ["affine"] },
    },
    { name: "shift", distribution: { kind: "float", low: 0, high: 0.4 }, when: { method: ["affine"] } },
    { name: "area", distribution: { kind: "float", low: 0.02, high: 0.6 }, when: { method: ["erase"] } },
    {
      name: "alpha",
      distribution: { kind: "float", low: 0.01, high: 4, scale: "log" },
      when: { method: ["mix"] },
    },
    {
      name: "probability",
      distribution: { kind: "float", low: 0.1, high: 1, step: 0.1 },
      when: { augment: [true] },
    },
    { name: "dropout", distribution: { kind: "float", low: 0, high: 0.7 } },
    { name: "epochs", distribution: { kind: "integer", low: 5, high: 60 } },
    { name: "rate", distribution: { kind: "float", low: 1e-5, high: 1e-1, scale: "log" } },
  ]),
  evaluate(configuration) {
    const at = numbersOf(configuration);
    let gain = 0;
    let regularization = 6 * at("dropout");
    if (configuration["augment"] === true) {
      const probability = at("probability");
      const { method } = configuration;
      if (method === "affine") {
        gain = 0.045 - 0.0001 * square(at("degrees") - 12) - 0.9 * square(at("shift") - 0.11);
        regularization += (0.08 * at("degrees") + 6 * at("shift")) * probability;
      } else if (method === "erase") {
        gain = 0.03 - 0.3 * square(at("area") - 0.2);
        regularization += 5 * at("area") * probability;
      } else {
        gain = 0.05 - 0.03 * square(Math.log10(at("alpha")) + 0.6);
        regularization += (2 + 0.8 * Math.log10(at("alpha"))) * probability;
      }
      gain *= 1 - square(1 - probability);
    }
    // Longer trainings overfit without, and learn nothing more with, more of what regularises.
    const wanted = 0.08 * at("epochs") - 0.6;
    const off = Math.log10(at("rate")) + 2.7 + 0.01 * (at("epochs") - 30);
    const loss =
      0.16 -
      gain +
      0.003 * square(regularization - wanted) +
      0.5 * Math.exp(-at("epochs") / 9) +
      (off > 0 ? 0.09 : 0.04) * square(off);
    return [Math.min(0.9, loss)];
  },
};
