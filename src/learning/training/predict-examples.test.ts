import { describe, expect, it } from "vitest";

import { trainingDocument, trainingSplits } from "../../testing/training-fixture.ts";
import { loadRuntime } from "../runtime/index.ts";
import { TrainingRun } from "./training-run.ts";

const runtimes = [
  await loadRuntime(),
  await loadRuntime({ backend: "wasm" }),
  await loadRuntime({ backend: "reference" }),
].map((runtime) => ({ name: runtime.backend, runtime }));
/** More than one chunk of the evaluate phase, and a part of one. */
const splits = trainingSplits({ validation: 601, source: "floats" });

async function trained(runtime = runtimes[0]!.runtime, training = {}, model = {}): Promise<TrainingRun> {
  const run = TrainingRun.create({ document: trainingDocument(training, model), splits, runtime });
  while (!run.isFinished) await run.runEpoch();
  return run;
}

const labels = [...splits.validation.indices].map((index) => splits.validation.examples.labels[index]!);

describe.each(runtimes)("predict on $name", ({ runtime }) => {
  it("gives probabilities whose loss and accuracy are those of the last epoch", async () => {
    const run = await trained(runtime, { measure: ["activations"] });
    const probabilities = await run.predict(splits.validation);
    expect(probabilities).toHaveLength(601 * 3);
    const rows = labels.map((_, row) => [...probabilities.subarray(row * 3, row * 3 + 3)]);
    for (const row of rows) expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
    const loss = rows.reduce((sum, row, i) => sum - Math.log(row[labels[i]!]!), 0) / rows.length;
    const right = rows.filter((row, i) => row.indexOf(Math.max(...row)) === labels[i]).length;
    const { metrics } = run.history.at(-1)!;
    expect(loss).toBeCloseTo(metrics["validation/loss"]!, 5);
    expect(right / rows.length).toBeCloseTo(metrics["validation/accuracy"]!, 12);
  });
});

describe("predict", () => {
  it("leaves the training as it is, and reads convolutions and normalised models in chunks too", async () => {
    const model = { kind: "mlp", hidden: [12], batchNorm: true };
    const run = await trained(undefined, { epochs: 2 }, model);
    const before = run.checkpoint();
    const all = await run.predict(splits.validation);
    expect(run.checkpoint()).toEqual(before);
    const one = await run.predict({
      ...splits.validation,
      indices: splits.validation.indices.slice(300, 301),
    });
    expect([...one].map((p) => p.toFixed(5))).toEqual(
      Array.from(all.subarray(900, 903), (p) => p.toFixed(5)),
    );
  });

  it.each(["binary-cross-entropy", "mean-squared-error"] as const)(
    "gives probabilities with %s too",
    async (loss) => {
      const run = await trained(undefined, { loss });
      const probabilities = await run.predict(splits.validation);
      const right = labels.filter((label, row) => {
        const [a, b, c] = probabilities.subarray(row * 3, row * 3 + 3) as unknown as [number, number, number];
        expect(a + b + c).toBeCloseTo(1, 5);
        return [a, b, c].indexOf(Math.max(a, b, c)) === label;
      });
      const accuracy = run.history.at(-1)!.metrics["validation/accuracy"]!;
      expect(Math.abs(right.length / labels.length - accuracy)).toBeLessThan(0.01);
    },
  );

  it("refuses examples of another shape", async () => {
    const run = await trained(undefined, { epochs: 1 });
    const other = trainingSplits({ shape: [4, 4], source: "floats" });
    await expect(run.predict(other.train)).rejects.toMatchObject({ code: "INVALID_DATA" });
  });
});
