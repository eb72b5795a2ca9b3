/**
 * Writes `test/golden/exported-weights.json`: weights of a small trained network as they are exported, and the logarithms
 * of the probabilities that PyTorch computes with them. Needs a Python with PyTorch:
 *
 *     PYTHON=python3 node tools/golden/exported-weights.ts
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { format } from "prettier";

import { loadRuntime } from "../../src/learning/runtime/index.ts";
import { TrainingRun } from "../../src/learning/training/index.ts";
import { exportedDocument, exportedSplits } from "../../src/testing/exported-model.ts";

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const splits = exportedSplits();
const runtime = await loadRuntime();
const run = TrainingRun.create({ document: exportedDocument, splits, runtime });
for await (const _ of run);
const tensors = Object.fromEntries(
  Object.entries(run.weights()).map(([name, { shape, values }]) => [name, { shape, values: [...values] }]),
);
const { examples, indices } = splits.validation;
const size = examples.features.length / examples.count;
const inputs = {
  tensors,
  shape: splits.shape,
  features: [...indices].flatMap((i) => Array.from(examples.features.subarray(i * size, (i + 1) * size))),
};

const answer = execFileSync(process.env["PYTHON"] ?? "python3", [pathOf("exported-weights.py")], {
  input: JSON.stringify(inputs),
  encoding: "utf8",
});
const golden = {
  about: "Written by tools/golden/exported-weights.ts. Do not edit.",
  tensors,
  ...(JSON.parse(answer) as object),
};
const text = await format(JSON.stringify(golden), { parser: "json", printWidth: 110 });
writeFileSync(pathOf("../../test/golden/exported-weights.json"), text);
