/** Which learning rate suits which optimiser? A path or value that no document has does not compile here. */
import { defineStudy } from "tunesmith";

export const learningRate = defineStudy({
  study: "learning-rate",
  description: "Learning rate of Adam and SGD on Fashion-MNIST",
  data: { dataset: "fashion-mnist", train: 8192, validation: 4096 },
  model: { kind: "mlp", hidden: [128, 64], activation: "relu" },
  training: { batchSize: 32, epochs: 20 },
  search: {
    method: "grid",
    metric: { name: "validation/accuracy", goal: "maximize", reduce: "best" },
    parameters: {
      "training.optimizer": { values: ["adam", "sgd"] },
      "training.learningRate": { values: [1e-4, 1e-3, 1e-2, 1e-1] },
    },
  },
});
