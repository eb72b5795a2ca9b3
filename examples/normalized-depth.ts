/** A hundred layers that train: He initialisation, batch normalisation and relu in place of vanishing-gradients.yaml. */
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
        { type: "dense" as const, name: `hidden${index + 1}`, units: 16, bias: false },
        { type: "batchNorm" as const, name: `norm${index + 1}` },
        { type: "activation" as const, name: `relu${index + 1}`, activation: "relu" as const },
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
