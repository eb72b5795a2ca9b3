import { describe, expect, it } from "vitest";

import { ModelFixture, randomExamples } from "../../../testing/model-fixture.ts";
import { runtimesUnderTest } from "../../../testing/usable-runtimes.ts";
import { loadDataset, splitDataset } from "../../data/index.ts";
import { loadRuntime, type Runtime } from "../../runtime/index.ts";
import { trainingDocumentSchema, type TrainingDocumentInput } from "../document.ts";
import type { EpochRecord } from "../epoch-record.ts";
import { epochMetricNames } from "../metric-names.ts";
import { TrainingRun } from "../training-run.ts";
import { activationMetricNames, measureNames, weightMetrics, type MeasureName } from "./measure-names.ts";
import { Measurements } from "./measurements.ts";

const reference = await loadRuntime({ backend: "reference" });
const runtimes = [{ name: "reference", runtime: reference }, ...(await runtimesUnderTest())].flatMap(
  ({ name, runtime }) => (runtime === undefined ? [] : [{ name, runtime }]),
);

const everything = [...measureNames];

async function train(
  runtime: Runtime,
  training: NonNullable<TrainingDocumentInput["training"]>,
  model: TrainingDocumentInput["model"] = { kind: "mlp", hidden: [20, 9], activation: "sigmoid" },
): Promise<EpochRecord[]> {
  const document = trainingDocumentSchema.parse({
    data: { dataset: "digits", train: 300, validation: 100 },
    model,
    training: { epochs: 2, batchSize: 32, ...training },
  });
  const splits = splitDataset(await loadDataset(document.data), document.data);
  const run = TrainingRun.create({ document, splits, runtime });
  const records: EpochRecord[] = [];
  while (!run.isFinished) records.push(await run.runEpoch());
  return records;
}

const timeless = (metrics: EpochRecord["metrics"]) =>
  Object.entries(metrics).filter(([name]) => !name.endsWith("/seconds"));

describe("measurements", () => {
  it("report the metrics that are listed for the layers, and no others", async () => {
    const [record] = await train(reference, { epochs: 1, measure: everything });
    const ofWeights = ["hidden1", "hidden2", "output"].flatMap((layer) =>
      Object.keys(weightMetrics).map((name) => `${layer}/${name}`),
    );
    const ofActivations = ["sigmoid1", "sigmoid2"].flatMap((layer) =>
      activationMetricNames.map((name) => `${layer}/${name}`),
    );
    expect(Object.keys(record!.metrics).toSorted()).toEqual(
      [...epochMetricNames("classification"), ...ofWeights, ...ofActivations].toSorted(),
    );
    expect(Object.keys(record!.histograms!).toSorted()).toEqual(
      [
        ...["hidden1", "hidden2", "output"].flatMap((layer) => [`${layer}/weight`, `${layer}/gradient`]),
        ...["sigmoid1", "sigmoid2"].map((layer) => `${layer}/activation`),
      ].toSorted(),
    );
  });

  it.each(runtimes)("change nothing of what is trained: $name", async ({ runtime }) => {
    for (const optimizer of ["adam", "sgd"] as const) {
      const plain = await train(runtime, { optimizer });
      const measured = await train(runtime, { optimizer, measure: everything });
      const scalars = await train(runtime, { optimizer, measure: ["activations", "gradients"] });
      for (const [epoch, { metrics }] of plain.entries()) {
        for (const [name, value] of timeless(metrics)) {
          // Where a gradient is written, its absolute values are summed in another order.
          const digits = name.endsWith("/gradient-mean-absolute") ? 7 : 16;
          expect(measured[epoch]!.metrics[name], name).toBeCloseTo(value, digits);
          expect(scalars[epoch]!.metrics[name], name).toBeCloseTo(value, digits);
        }
      }
    }
  });

  it.each(runtimes)("are those of the reference: $name", async ({ runtime }) => {
    const training = { optimizer: "sgd", learningRate: 0.1, epochs: 1, measure: everything } as const;
    const expected = (await train(reference, training))[0]!;
    const fused = (await train(runtime, { ...training, optimizer: "adam", measure: ["gradients"] }))[0]!;
    const fusedExpected = (await train(reference, { ...training, optimizer: "adam" }))[0]!;
    const [received] = await train(runtime, training);
    for (const [name, value] of timeless(expected.metrics)) {
      expect(Math.abs(received!.metrics[name]! - value), name).toBeLessThan(1e-4 * Math.abs(value) + 1e-9);
    }
    for (const layer of ["hidden1", "hidden2", "output"]) {
      const name = `${layer}/gradient-norm`;
      const value = fusedExpected.metrics[name]!;
      expect(Math.abs(fused.metrics[name]! - value), name).toBeLessThan(1e-3 * value);
    }
  });

  it("have the same bits by AVX2 and AVX-512", async ({ skip }) => {
    const [narrow, wide] = ["native avx2", "native avx512"].map((wanted) =>
      runtimes.find(({ name }) => name === wanted),
    );
    if (narrow === undefined || wide === undefined) return skip("this processor has other instruction sets");
    for (const measure of [everything, ["activations", "gradients"]] as MeasureName[][]) {
      const records = async (runtime: Runtime) =>
        (await train(runtime, { measure })).map(({ metrics, histograms }) => ({
          metrics: timeless(metrics),
          histograms,
        }));
      expect(await records(wide.runtime)).toEqual(await records(narrow.runtime));
    }
  });
});

describe.each(runtimes)("a network with known weights, $name", ({ runtime }) => {
  const names: MeasureName[] = ["activations", "gradients", "histograms"];
  const create = (activation: "relu" | "sigmoid" | "tanh") => {
    const options = {
      inputs: 2,
      hidden: [3],
      classes: 2,
      activation,
      batchSize: 4,
      training: { optimizer: "sgd" as const, learningRate: 0.5, measure: names },
    };
    const features = Float32Array.from([1, 0, 2, 0, 3, 0, 4, 0]);
    const model = new ModelFixture(runtime, options, { features, labels: new Uint8Array(4) });
    // Units: the first input, minus the first input, and the second input, which is always 0.
    model.setWeights([1, -1, 0, 0, 0, 1, 0, 0, 0, ...new Float64Array(6 + 2)]);
    return { model, measurements: new Measurements(model.compiled, model.executor, names) };
  };

  it("has the mean, spread and dead units of its relu", () => {
    const { model, measurements } = create("relu");
    model.run("evaluate");
    const metrics = measurements.takeActivations("evaluate", { split: "validation", examples: 4 });
    // Values 1, 2, 3, 4 of one unit and eight zeros.
    expect(metrics["relu1/validation-activation-mean"]).toBeCloseTo(10 / 12, 12);
    expect(metrics["relu1/validation-activation-mean-absolute"]).toBeCloseTo(10 / 12, 12);
    const variance = 30 / 12 - (10 / 12) ** 2;
    expect(metrics["relu1/validation-activation-standard-deviation"]).toBeCloseTo(Math.sqrt(variance), 12);
    expect(metrics["relu1/validation-activation-dead-share"]).toBeCloseTo(2 / 3, 12);
    expect(metrics).not.toHaveProperty("relu1/validation-activation-saturated-share");
    // Everything is taken: the next epoch begins anew.
    model.run("evaluate");
    expect(measurements.takeActivations("evaluate", { split: "validation", examples: 4 })).toEqual(metrics);
  });

  it.each([
    // Within 5 % of an end: sigmoid beyond 2.94, tanh beyond 1.47.
    { activation: "sigmoid", saturated: 4 / 12 },
    { activation: "tanh", saturated: 6 / 12 },
  ] as const)("has the saturated share of its $activation", ({ activation, saturated }) => {
    const { model, measurements } = create(activation);
    model.run("evaluate");
    const metrics = measurements.takeActivations("evaluate", { split: "validation", examples: 4 });
    const dead = activation === "tanh" ? 1 / 3 : 0;
    expect(metrics[`${activation}1/validation-activation-saturated-share`]).toBeCloseTo(saturated, 12);
    expect(metrics[`${activation}1/validation-activation-dead-share`]).toBeCloseTo(dead, 12);
  });

  it("has histograms of the step that is watched, without padding", () => {
    const { model, measurements } = create("relu");
    model.run("train");
    measurements.beforeLastStep();
    model.run("train", { end: 4 });
    measurements.afterLastStep();
    const histograms = measurements.takeHistograms(4)!;
    const total = (name: string) => histograms[name]!.bins.reduce((sum, [, , count]) => sum + count, 0);
    expect(total("relu1/activation")).toBe(12);
    expect(total("hidden1/gradient")).toBe(6);
    expect(total("output/weight")).toBe(6);
    expect(histograms["relu1/activation"]!.bins.find(([from, to]) => from === 0 && to === 0)?.[2]).toBe(8);
  });
});

describe.each(runtimes)("gradients that nearly vanish, $name", ({ runtime }) => {
  it.each(["adam", "sgd"] as const)("keep their norm: %s", (optimizer) => {
    const options = {
      inputs: 4,
      hidden: [16, 16],
      classes: 3,
      activation: "sigmoid" as const,
      batchSize: 8,
      training: { optimizer, learningRate: 1e-30, measure: ["gradients" as const] },
    };
    const norms = (at: Runtime) => {
      const model = new ModelFixture(at, options, randomExamples(options, { count: 8 }));
      // Last layers of 1e-13 each: the gradient of the first one is about 1e-27, its square no float.
      const weights = model.weights().map((w, i) => (i < 4 * 16 + 16 ? w : w * 1e-13));
      model.setWeights(weights);
      model.run("train");
      return ["hidden1", "hidden2", "output"].map((layer) => ({
        mean: model.slot(`${layer}.weight/gradient`),
        norm: model.slot(`${layer}.weight/gradient-norm`),
      }));
    };
    const expected = norms(reference);
    expect(expected[0]!.norm).toBeGreaterThan(0);
    expect(expected[0]!.norm).toBeLessThan(1e-24);
    norms(runtime).forEach(({ mean, norm }, layer) => {
      expect(Math.abs(norm / expected[layer]!.norm - 1)).toBeLessThan(1e-3);
      expect(Math.abs(mean / expected[layer]!.mean - 1)).toBeLessThan(1e-3);
    });
  });
});
