/**
 * A hundred layers that train, in place of those of vanishing-gradients.yaml: He initialisation, batch normalisation and
 * relu keep the gradient from vanishing, and a way around each layer keeps it from growing. (Without the sums it grows by
 * a fifth at each layer, as the measurements show: leave them out and look at hidden1/gradient-norm.)
 */
import { defineStudy } from "tunesmith";

const depth = 100;

export const normalizedDepth = defineStudy({
  study: "normalized-depth",
  description: "A hundred layers with batch normalisation, with the gradient of each",
  data: { dataset: "digits", train: 4096, validation: 1024 },
  model: {
    kind: "layers",
    initializer: "he-normal",
    layers: [
      { type: "flatten" },
      ...Array.from({ length: depth }, (_, index) => [
        { type: "dense" as const, name: `hidden${index + 1}`, units: 32, bias: false },
        { type: "batchNorm" as const, name: `norm${index + 1}` },
        { type: "activation" as const, name: `relu${index + 1}`, activation: "relu" as const },
        ...(index === 0
          ? []
          : [
              {
                type: "add" as const,
                name: `sum${index + 1}`,
                inputs: [`relu${index + 1}`, index === 1 ? "relu1" : `sum${index}`],
              },
            ]),
      ]).flat(),
      { type: "dense", name: "output", units: 10 },
    ],
  },
  training: { optimizer: "adam", batchSize: 64, epochs: 5, measure: ["gradients", "activations", "updates"] },
  search: {
    method: "grid",
    metric: { name: "validation/accuracy", goal: "maximize", reduce: "last" },
    parameters: { "training.learningRate": { values: [1e-3, 1e-2] } },
  },
});
