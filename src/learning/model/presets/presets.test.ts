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

describe("cnn", () => {
  it("closes every block by pooling and keeps the size of images elsewhere", () => {
    const inferred = infer({ kind: "cnn", filters: [8, 16], convolutions: 2, batchNorm: true }, [28, 28, 1]);
    const shapes = Object.fromEntries(inferred.map(({ layer, outputShape }) => [layer.name, outputShape]));
    expect(shapes).toMatchObject({
      conv2: [28, 28, 8],
      bn2: [28, 28, 8],
      pool1: [14, 14, 8],
      conv4: [14, 14, 16],
      pool2: [7, 7, 16],
      hidden1: [128],
      output: [10],
    });
  });

  it("has no bias in front of batch normalisation", () => {
    const names = infer({ kind: "cnn", batchNorm: true }, [28, 28, 1]).flatMap(({ weights }) =>
      weights.map(({ name }) => name),
    );
    expect(names).not.toContain("conv1.bias");
    expect(names).toContain("bn1.bias");
  });
});

describe("resnet", () => {
  // Counted by torchvision for 1000 classes and images of 224 pixels.
  it.each([
    { depth: 18, count: 11_689_512 },
    { depth: 34, count: 21_797_672 },
  ])("has $count weights with $depth layers, as torchvision counts them", ({ depth, count }) => {
    expect(weightCount({ kind: "resnet", depth, images: "large" }, [224, 224, 3], 1000)).toBe(count);
  });

  it("names its weights as torchvision does", () => {
    const names = infer("resnet18", [32, 32, 3]).flatMap(({ weights }) => weights.map(({ name }) => name));
    expect(names).toEqual(
      expect.arrayContaining([
        "conv1.weight",
        "bn1.running_mean",
        "layer1.0.conv1.weight",
        "layer2.0.downsample.0.weight",
        "layer2.0.downsample.1.bias",
        "layer4.1.bn2.running_var",
        "fc.weight",
      ]),
    );
  });

  it("keeps small images as they are in front of the stages, and halves them three times", () => {
    const shapes = Object.fromEntries(
      infer("resnet18", [32, 32, 3]).map(({ layer, outputShape }) => [layer.name, outputShape]),
    );
    expect(shapes).toMatchObject({
      conv1: [32, 32, 64],
      "layer1.1.relu2": [32, 32, 64],
      "layer4.1.relu2": [4, 4, 512],
      avgpool: [512],
      fc: [10],
    });
  });
});
