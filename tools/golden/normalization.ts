/**
 * Writes `test/golden/normalization.json`: a few steps of networks with normalisation and pooling by PyTorch, which starts
 * from our weights and sees our batches. Needs a Python with PyTorch:
 *
 *     PYTHON=python3 node tools/golden/normalization.ts
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { format } from "prettier";

import { layersOf, modelSchema } from "../../src/learning/model/index.ts";
import { elementsOf } from "../../src/learning/plan/index.ts";
import { loadRuntime } from "../../src/learning/runtime/index.ts";
import { ModelFixture, randomExamples, type ModelFixtureOptions } from "../../src/testing/model-fixture.ts";

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));

type Layers = Extract<NonNullable<ModelFixtureOptions["model"]>, { kind: "layers" }>["layers"];

const inputShape = [6, 5, 4];
const classes = 3;
const count = 21;
/** The last batch is partial. */
const batches = [
  [0, 8],
  [8, 16],
  [16, 21],
  [0, 8],
];

const flatten = { type: "flatten" } as const;
const output = { type: "dense", name: "output", units: classes } as const;
const relu = { type: "activation", activation: "relu" } as const;
const tanh = { type: "activation", activation: "tanh" } as const;
const batchNorm = { type: "batchNorm" } as const;

const networks: Record<string, Layers> = {
  "batch norm of images": [
    batchNorm,
    relu,
    { ...batchNorm, momentum: 0.3 },
    { type: "globalAveragePool" },
    output,
  ],
  "batch norm of rows": [flatten, { type: "dense", units: 5 }, { ...batchNorm, epsilon: 1e-3 }, tanh, output],
  "layer norm of rows": [flatten, { type: "dense", units: 7 }, { type: "layerNorm" }, relu, output],
  "layer norm of pixels": [
    { type: "layerNorm" },
    relu,
    { type: "layerNorm", affine: false },
    { type: "globalAveragePool" },
    output,
  ],
  "layer norm of images": [{ type: "layerNorm", over: "all" }, relu, { type: "globalAveragePool" }, output],
  "group norm": [{ type: "groupNorm", groups: 2 }, relu, { type: "globalAveragePool" }, output],
  "max pooling": [batchNorm, relu, { type: "maxPool", size: 2 }, flatten, output],
  "padded max pooling": [
    batchNorm,
    { type: "maxPool", size: 3, stride: 2, padding: 1 },
    tanh,
    flatten,
    output,
  ],
  "average pooling": [
    batchNorm,
    tanh,
    { type: "averagePool", size: [2, 3], stride: 2, padding: 1 },
    flatten,
    output,
  ],
  "average pooling inside": [
    batchNorm,
    tanh,
    { type: "averagePool", size: 3, stride: 3, padding: 1, countIncludePadding: false },
    flatten,
    output,
  ],
  "adaptive average pooling": [
    batchNorm,
    tanh,
    { type: "adaptiveAveragePool", output: [4, 2] },
    flatten,
    output,
  ],
};

const examples = randomExamples({ inputs: elementsOf(inputShape), classes }, { count });
const runtime = await loadRuntime({ backend: "reference" });
const training = { optimizer: "sgd", learningRate: 0.1, momentum: 0.9 } as const;

const cases = Object.entries(networks).map(([name, layers]) => {
  const model = new ModelFixture(
    runtime,
    {
      inputs: elementsOf(inputShape),
      inputShape,
      classes,
      model: { kind: "layers", layers },
      batchSize: batches[0]![1]!,
    },
    examples,
  );
  const weights = model.compiled.weights.map(({ description: { role, shape } }) => ({ role, shape }));
  // Variances are not below 0.
  const isVariance = weights.flatMap(({ role, shape }) =>
    Array.from({ length: elementsOf(shape) }, () => role === "running-variance"),
  );
  const initialWeights = [...model.weights()].map((weight, i) =>
    isVariance[i]! ? Math.abs(weight) : weight,
  );
  const described = modelSchema.parse({ kind: "layers", layers });
  return { name, layers: layersOf(described, classes), weights, initialWeights };
});

const inputs = {
  inputShape,
  classes,
  training,
  batches,
  features: [...examples.features],
  labels: [...examples.labels],
  cases,
};

const answer = execFileSync(process.env["PYTHON"] ?? "python3", [pathOf("normalization.py")], {
  input: JSON.stringify(inputs),
  encoding: "utf8",
});
const { versions, results } = JSON.parse(answer) as { versions: object; results: object[] };
const golden = {
  about: "Written by tools/golden/normalization.ts. Do not edit.",
  versions,
  ...inputs,
  cases: cases.map((one, index) => ({ ...one, ...results[index] })),
};
const text = await format(JSON.stringify(golden), { parser: "json", printWidth: 110 });
writeFileSync(pathOf("../../test/golden/normalization.json"), text);
