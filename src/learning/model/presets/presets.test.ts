import { describe, expect, it } from "vitest";

import { inferShapes } from "../infer-shapes.ts";
import { layersOf, modelSchema } from "./index.ts";

const infer = (model: unknown, inputShape: readonly number[], outputs = 10) =>
  inferShapes(layersOf(modelSchema.parse(model), outputs), inputShape);

const weightCount = (model: unknown, inputShape: readonly number[], outputs = 10) =>
  infer(model, inputShape, outputs)
    .flatMap(({ weights }) => weights)
    .filter(({ role }) => !role.startsWith("running"))
    .reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);

describe("shapes", () => {
  it("describe a network in one line", () => {
    const inferred = infer("32c5-p2-64s3-p2-d0.5-128-10", [28, 28, 1]);
    expect(inferred.map(({ layer, outputShape }) => [layer.name, outputShape])).toEqual([
      ["conv1", [24, 24, 32]],
      ["conv1_relu", [24, 24, 32]],
      ["pool1", [12, 12, 32]],
      ["conv2", [12, 12, 64]],
      ["conv2_relu", [12, 12, 64]],
      ["pool2", [6, 6, 64]],
      ["dropout1", [6, 6, 64]],
      ["flatten", [2304]],
      ["hidden1", [128]],
      ["hidden1_relu", [128]],
      ["output", [10]],
    ]);
  });

  it("are the same as the preset of that form", () => {
    expect(weightCount("128-64-10", [784])).toBe(weightCount({ kind: "mlp", hidden: [128, 64] }, [784]));
  });

  it("refuse other outputs than the data asks for, and say what to write", () => {
    expect(() => infer("128-64-10", [784], 3)).toThrow(
      expect.objectContaining({ code: "SHAPE_MISMATCH", hint: "Write `128-64-3`." }),
    );
  });

  it.each(["32x5-10", "128-", "32c5", "p2", ""])("refuse `%s`", (text) => {
    expect(modelSchema.safeParse(text).success).toBe(false);
  });
});

describe("lenet", () => {
  it("has the sizes and the weights of the paper on images of 28 x 28", () => {
    const inferred = infer("lenet", [28, 28, 1]);
    const shapes = Object.fromEntries(inferred.map(({ layer, outputShape }) => [layer.name, outputShape]));
    expect(shapes).toMatchObject({
      conv1: [28, 28, 6],
      pool1: [14, 14, 6],
      conv2: [10, 10, 16],
      pool2: [5, 5, 16],
    });
    // The second convolution reads all six maps: 2,416 weights for the paper's 1,516.
    expect(weightCount("lenet", [28, 28, 1])).toBe(61_706);
  });
});
