/** Tables from a file to a trained network. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { RandomStream, toSeed } from "../../base/index.ts";
import { trainToEnd } from "../../testing/training-fixture.ts";
import { dataSchema, loadDataset, splitDataset } from "../data/index.ts";
import { loadRuntime } from "../runtime/index.ts";
import { trainingDocumentSchema, type TrainingDocumentInput } from "./document.ts";
import { exportWeights } from "./export-weights.ts";
import { decodeTensors } from "./safetensors.ts";
import { TrainingRun } from "./training-run.ts";

const runtime = await loadRuntime();
const uniforms = (name: string) => new RandomStream(toSeed(1), "table fixture", name);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunesmith-training-tables-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Three kinds of leaf, each around lengths and widths of its own; the first two overlap a little. */
function leaves(count: number, name: string): string {
  const noise = uniforms(`leaves ${name}`);
  const kinds = [
    ["ash", 2, 1, "narrow"],
    ["beech", 3, 2, "round"],
    ["oak", 6, 2, "round"],
  ] as const;
  const rows = Array.from({ length: count }, (_, row) => {
    const [kind, length, width, form] = kinds[row % 3]!;
    const cells = [length + 0.4 * noise.normal(2 * row), width + 0.3 * noise.normal(2 * row + 1)];
    return `${cells.map((cell) => cell.toFixed(2)).join(",")},${form},${kind}`;
  });
  return `length,width,form,kind\n${rows.join("\n")}\n`;
}

/** price = 3 size + 20 for each room - 15 for an old house, with gaps in a fifth of the rows. */
function houses(count: number): string {
  const draw = uniforms("houses");
  const rows = Array.from({ length: count }, (_, row) => {
    const [first, second, third, gap] = [0, 1, 2, 3].map((place) => draw.uniform(4 * row + place));
    const size = 40 + Math.floor(100 * first!);
    const rooms = 1 + Math.floor(5 * second!);
    const age = third! < 0.4 ? "old" : "new";
    const price = 3 * size + 20 * rooms - (age === "old" ? 60 : 0);
    return `${size},${gap! < 0.1 ? "" : rooms},${gap! > 0.9 ? "NA" : age},${price}`;
  });
  return `size,rooms,age,price\n${rows.join("\n")}\n`;
}

async function splitsOf(data: TrainingDocumentInput["data"], training: TrainingDocumentInput["training"]) {
  const model = { kind: "mlp", hidden: [16] } as const;
  const document = trainingDocumentSchema.parse({ data, model, training });
  return { document, splits: splitDataset(await loadDataset(document.data), document.data) };
}

describe("a training on a table", () => {
  test("learns classes from numbers and names, and knows new examples with gaps", async () => {
    const [path, later] = [join(folder, "leaves.csv"), join(folder, "later.csv")];
    await writeFile(path, leaves(300, "train"));
    await writeFile(later, leaves(90, "later").replace(",round,oak", ",,oak"));
    const { document, splits } = await splitsOf(
      {
        dataset: { kind: "csv", path, target: "kind" },
        stratified: true,
        preprocessing: { missing: "median" },
      },
      { epochs: 20, learningRate: 0.02 },
    );
    expect(splits).toMatchObject({
      shape: [4],
      table: { featureNames: ["length", "width", "form=narrow", "form=round"] },
    });
    const run = TrainingRun.create({ document, splits, runtime });
    while (!run.isFinished) await run.runEpoch();
    expect(run.history.at(-1)!.metrics["validation/accuracy"]).toBeGreaterThan(0.95);
    const others = dataSchema.parse({ dataset: { kind: "csv", path: later, target: "kind" }, test: 0 });
    const { examples } = await loadDataset(others);
    const metrics = await run.evaluateOn(splits.prepare!(examples), { name: "later" });
    expect(metrics["later/accuracy"]).toBeGreaterThan(0.95);
    const { metadata } = decodeTensors(exportWeights(run));
    expect(JSON.parse(metadata["table"]!)).toEqual(splits.table);
  });

  test("learns values through gaps", async () => {
    const path = join(folder, "houses.csv");
    await writeFile(path, houses(600));
    const { document, splits } = await splitsOf(
      { dataset: { kind: "csv", path, target: "price" }, preprocessing: { missing: "median" } },
      { epochs: 80, learningRate: 0.03 },
    );
    expect(splits.table!.columns.map(({ filledWith }) => filledWith)).toEqual([null, 3, "new"]);
    const { history } = await trainToEnd({ document, splits, runtime });
    expect(history.at(-1)!.metrics["validation/r-squared"]).toBeGreaterThan(0.85);
  });
});
