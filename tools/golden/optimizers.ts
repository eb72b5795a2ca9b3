/**
 * Writes `test/golden/optimizers.json`: a hundred steps of every optimiser in its variants by PyTorch in float64, which
 * starts from our weights and sees our batches. Lion and LAMB are not in PyTorch: optimizers.py has them from their papers.
 * Needs a Python with PyTorch:
 *
 *     PYTHON=python3 node tools/golden/optimizers.ts
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { format } from "prettier";

import { loadRuntime } from "../../src/learning/runtime/index.ts";
import { trainingDocumentSchema, type TrainingDocumentInput } from "../../src/learning/training/index.ts";
import { ModelFixture, randomExamples } from "../../src/testing/model-fixture.ts";

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const network = { inputs: 4, hidden: [5], classes: 3 };
const count = 32;
const batchSize = 8;
const steps = 100;
/** Losses are written after so many steps each. */
const every = 10;

const recipes: Record<string, NonNullable<TrainingDocumentInput["training"]>> = {
  sgd: { optimizer: "sgd", learningRate: 0.1 },
  "sgd, momentum": { optimizer: "sgd", learningRate: 0.05, momentum: 0.9 },
  "sgd, Nesterov": { optimizer: "sgd", learningRate: 0.05, momentum: 0.9, nesterov: true },
  "sgd, dampening": { optimizer: "sgd", learningRate: 0.05, momentum: 0.9, dampening: 0.3 },
  "sgd, weight decay": { optimizer: "sgd", learningRate: 0.1, momentum: 0.5, weightDecay: 0.02 },
  "sgd, decoupled weight decay": { optimizer: "sgd", learningRate: 0.1, decoupledWeightDecay: 0.05 },
  "sgd, L2 penalty": { optimizer: "sgd", learningRate: 0.1, l2Penalty: 0.03 },
  "sgd, L2 penalty and clipping": { optimizer: "sgd", learningRate: 0.1, l2Penalty: 0.1, clipNorm: 0.3 },
  "sgd, clipping by value": { optimizer: "sgd", learningRate: 0.1, clipValue: 0.02 },
  "sgd, clipping by norm": { optimizer: "sgd", learningRate: 0.1, momentum: 0.9, clipNorm: 0.2 },
  rmsprop: { optimizer: "rmsprop" },
  "rmsprop, centred": { optimizer: "rmsprop", centred: true, smoothing: 0.9 },
  "rmsprop, momentum": { optimizer: "rmsprop", learningRate: 0.003, momentum: 0.8 },
  "rmsprop, centred, momentum, decay": {
    optimizer: "rmsprop",
    learningRate: 0.003,
    centred: true,
    momentum: 0.8,
    weightDecay: 0.05,
  },
  adam: { optimizer: "adam", learningRate: 0.01 },
  "adam, weight decay": { optimizer: "adam", learningRate: 0.01, weightDecay: 0.05, epsilon: 1e-4 },
  "adam, clipping by norm": { optimizer: "adam", learningRate: 0.01, clipNorm: 0.1 },
  "adam, clipping by value": { optimizer: "adam", learningRate: 0.01, clipValue: 0.01, weightDecay: 0.01 },
  "adam, average": { optimizer: "adam", learningRate: 0.01, averageDecay: 0.95 },
  adamw: { optimizer: "adamw", learningRate: 0.01 },
  "adamw, biases excluded": {
    optimizer: "adamw",
    learningRate: 0.01,
    decoupledWeightDecay: 1,
    decayExcludes: "biases-and-normalization",
  },
  amsgrad: { optimizer: "amsgrad", learningRate: 0.02, beta2: 0.9 },
  nadam: { optimizer: "nadam", learningRate: 0.01 },
  "nadam, weight decay": { optimizer: "nadam", learningRate: 0.01, weightDecay: 0.05, momentumDecay: 0.1 },
  adagrad: { optimizer: "adagrad", learningRate: 0.05 },
  "adagrad, weight decay": { optimizer: "adagrad", learningRate: 0.05, weightDecay: 0.05 },
  adadelta: { optimizer: "adadelta" },
  "adadelta, weight decay": { optimizer: "adadelta", smoothing: 0.95, epsilon: 1e-4, weightDecay: 0.05 },
  lion: { optimizer: "lion", learningRate: 0.003, decoupledWeightDecay: 0.1 },
  lamb: { optimizer: "lamb", learningRate: 0.01 },
  "lamb, decay": {
    optimizer: "lamb",
    learningRate: 0.01,
    decoupledWeightDecay: 0.1,
    decayExcludes: "biases-and-normalization",
  },
};

const examples = randomExamples(network, { count });
const runtime = await loadRuntime({ backend: "reference" });
const model = new ModelFixture(runtime, { ...network, batchSize, activation: "tanh" }, examples);
const inputs = {
  ...network,
  batchSize,
  steps,
  every,
  features: [...examples.features],
  labels: [...examples.labels],
  shapes: model.compiled.weights.map(({ description }) => description.shape),
  initialWeights: [...model.weights()],
  runs: Object.entries(recipes).map(([name, training]) => ({
    name,
    training: trainingDocumentSchema.parse({
      data: { dataset: "digits" },
      model: { kind: "mlp" },
      training,
    }).training,
  })),
};

const answer = execFileSync(process.env["PYTHON"] ?? "python3", [pathOf("optimizers.py")], {
  input: JSON.stringify(inputs),
  encoding: "utf8",
});
const { versions, results } = JSON.parse(answer) as { versions: object; results: object[] };
const golden = {
  about: "Written by tools/golden/optimizers.ts. Do not edit.",
  versions,
  ...inputs,
  runs: Object.entries(recipes).map(([name, training], index) => ({ name, training, ...results[index] })),
};
const text = await format(JSON.stringify(golden), { parser: "json", printWidth: 110 });
writeFileSync(pathOf("../../test/golden/optimizers.json"), text);
