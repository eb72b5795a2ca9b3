/** A small convolutional network with every kind of weight whose order differs between here and PyTorch. */
import { trainingDocumentSchema, type TrainingDocument } from "../learning/training/index.ts";
import { trainingSplits } from "./training-fixture.ts";

/** Height and width differ, so that an exchange of the two is seen. */
export const exportedSplits = () => trainingSplits({ train: 60, validation: 12, shape: [6, 8, 2] });

export const exportedDocument: TrainingDocument = trainingDocumentSchema.parse({
  data: { dataset: "digits" },
  model: {
    kind: "layers",
    layers: [
      { type: "convolution", name: "conv1", filters: 6, kernel: 3, padding: 1 },
      { type: "batchNorm", name: "bn1" },
      { type: "activation", activation: "relu" },
      { type: "maxPool", size: 2 },
      { type: "convolution", name: "conv2", filters: 4, kernel: [2, 3], groups: 2, bias: false },
      { type: "activation", activation: "tanh" },
      { type: "flatten" },
      { type: "dense", name: "fc1", units: 7 },
      { type: "activation", activation: "sigmoid" },
      { type: "dense", name: "fc2", units: 3 },
    ],
  },
  training: { epochs: 2, batchSize: 10, learningRate: 0.02 },
  seed: "5",
});
