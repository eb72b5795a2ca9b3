/**
 * Writes `test/golden/training.json`: losses and weights of a few small trainings by PyTorch, which starts from our
 * weights and sees our batches. Needs a Python with PyTorch:
 *
 *     PYTHON=python3 node tools/golden/training.ts
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { format } from "prettier";

import { loadRuntime } from "../../src/learning/runtime/index.ts";
import { trainingDocumentSchema } from "../../src/learning/training/index.ts";
import { ModelFixture, randomExamples } from "../../src/testing/model-fixture.ts";

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const network = { inputs: 7, hidden: [9, 5], classes: 3 };
const count = 40;
const batchSize = 16;
const steps = 20;
/** [first, end) of the examples; the last batch of each pass is partial. */
const batches = Array.from({ length: steps }, (_, step) => {
  const first = (step % Math.ceil(count / batchSize)) * batchSize;
  return [first, Math.min(count, first + batchSize)];
});

const recipes = [
  { activation: "relu", training: { optimizer: "adam", learningRate: 0.01, weightDecay: 0.02 } },
  { activation: "tanh", training: { optimizer: "sgd", learningRate: 0.1, momentum: 0.9, weightDecay: 0.01 } },
  { activation: "sigmoid", training: { optimizer: "sgd", learningRate: 0.5 } },
  {
    activation: "tanh",
    training: { optimizer: "adam", learningRate: 0.05, beta1: 0.8, beta2: 0.99, epsilon: 1e-3 },
  },
] as const;

const examples = randomExamples(network, { count });
const runtime = await loadRuntime({ backend: "reference" });
const model = new ModelFixture(runtime, { ...network, batchSize }, examples);
const inputs = {
  ...network,
  batchSize,
  batches,
  features: [...examples.features],
  labels: [...examples.labels],
  shapes: model.compiled.weights.map(({ description }) => description.shape),
  initialWeights: [...model.weights()],
  runs: recipes.map(({ activation, training }) => ({
    activation,
    training: trainingDocumentSchema.parse({
      data: { dataset: "digits" },
      model: { kind: "mlp" },
      training,
    }).training,
  })),
};

const answer = execFileSync(process.env["PYTHON"] ?? "python3", [pathOf("training.py")], {
  input: JSON.stringify(inputs),
  encoding: "utf8",
});
const { versions, results } = JSON.parse(answer) as { versions: object; results: object[] };
const golden = {
  about: "Written by tools/golden/training.ts. Do not edit.",
  versions,
  ...inputs,
  runs: inputs.runs.map((run, index) => ({ ...run, ...results[index] })),
};
const text = await format(JSON.stringify(golden), { parser: "json", printWidth: 110 });
writeFileSync(pathOf("../../test/golden/training.json"), text);
