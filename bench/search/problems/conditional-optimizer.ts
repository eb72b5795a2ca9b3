import { createSpace } from "../../../src/search/index.ts";
import { numbersOf, square, type Problem } from "./problem.ts";

export const conditionalOptimizer: Problem = {
  name: "conditional-optimizer",
  kind: "conditional",
  challenge: "momentum or betas by the optimiser, a schedule with settings of its own",
  space: createSpace([
    { name: "optimizer", distribution: { kind: "categorical", values: ["sgd", "momentum", "adam"] } },
    { name: "rate", distribution: { kind: "float", low: 1e-5, high: 1, scale: "log" } },
    {
      name: "momentum",
      distribution: { kind: "float", low: 0.5, high: 0.99 },
      when: { optimizer: ["momentum"] },
    },
    {
      name: "nesterov",
      distribution: { kind: "categorical", values: [false, true] },
      when: { optimizer: ["momentum"] },
    },
    { name: "beta1", distribution: { kind: "float", low: 0.5, high: 0.99 }, when: { optimizer: ["adam"] } },
    { name: "beta2", distribution: { kind: "float", low: 0.9, high: 0.9999 }, when: { optimizer: ["adam"] } },
    { name: "schedule", distribution: { kind: "categorical", values: ["constant", "cosine", "step"] } },
    { name: "warmup", distribution: { kind: "float", low: 0, high: 0.5 }, when: { schedule: ["cosine"] } },
    {
      name: "every",
      distribution: { kind: "integer", low: 1, high: 30, scale: "log" },
      when: { schedule: ["step"] },
    },
    { name: "factor", distribution: { kind: "float", low: 0.05, high: 0.95 }, when: { schedule: ["step"] } },
    { name: "decay", distribution: { kind: "float", low: 1e-6, high: 1e-1, scale: "log" } },
  ]),
  evaluate(configuration) {
    const at = numbersOf(configuration);
    const { optimizer, schedule } = configuration;
    const rate = Math.log10(at("rate"));
    let loss = 0.1;
    let effective = rate;
    if (optimizer === "sgd") {
      loss += 0.05;
      effective = rate + 0.4;
    } else if (optimizer === "momentum") {
      effective = rate - Math.log10(1 - at("momentum")) + 0.5;
      loss += (configuration["nesterov"] === true ? 0 : 0.008) + 0.3 * square(at("momentum") - 0.88);
    } else {
      effective = rate + 2.6;
      loss += 0.006 + 0.15 * square(at("beta1") - 0.86) + 0.01 * square(Math.log10(1 - at("beta2")) + 2.7);
    }
    if (schedule === "constant") {
      loss += 0.03;
      effective += 0.3;
    } else if (schedule === "cosine") {
      loss += 0.25 * square(at("warmup") - 0.12);
    } else {
      const left = Math.floor(30 / at("every")) * Math.log10(at("factor"));
      loss += 0.01 + 0.012 * square(left + 1.8);
    }
    loss += 0.008 * square(Math.log10(at("decay")) + 3.4 + 0.4 * effective);
    loss += effective > 0 ? 0.2 * square(effective) : 0.05 * square(effective);
    return [Math.min(2.3, loss)];
  },
};
