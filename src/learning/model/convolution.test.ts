import { describe, expect, it } from "vitest";

import { inferShapes } from "./infer-shapes.ts";
import { layersOf, modelSchema } from "./presets/index.ts";

const infer = (layer: object, shape: readonly number[]) => {
  const model = modelSchema.parse({
    kind: "layers",
    layers: [{ type: "convolution", name: "conv1", ...layer }],
  });
  return inferShapes(layersOf(model, 3), shape)[0]!;
};

describe("a convolution's output", () => {
  it.each([
    { layer: { filters: 8, kernel: 5 }, input: [28, 28, 1], output: [24, 24, 8] },
    { layer: { filters: 8, kernel: [3, 5] }, input: [9, 7, 3], output: [7, 3, 8] },
    { layer: { filters: 8, kernel: 3, padding: 1 }, input: [9, 7, 3], output: [9, 7, 8] },
    { layer: { filters: 8, kernel: 3, padding: [0, 2] }, input: [9, 7, 3], output: [7, 9, 8] },
    { layer: { filters: 8, kernel: 3, padding: 1, stride: 2 }, input: [9, 8, 3], output: [5, 4, 8] },
    { layer: { filters: 8, kernel: 3, dilation: 3 }, input: [9, 7, 3], output: [3, 1, 8] },
    { layer: { filters: 8, kernel: 4, padding: "same" }, input: [9, 7, 3], output: [9, 7, 8] },
    { layer: { filters: 8, kernel: 3, padding: "same", stride: 2 }, input: [9, 8, 3], output: [5, 4, 8] },
    { layer: { filters: 8, kernel: 1, padding: "same", stride: 3 }, input: [4, 4, 3], output: [2, 2, 8] },
  ])("of $layer on $input is $output", ({ layer, input, output }) => {
    expect(infer(layer, input).outputShape).toEqual(output);
  });
});

describe("a convolution's weights", () => {
  it("are named and ordered as PyTorch's", () => {
    const { weights } = infer({ filters: 6, kernel: [2, 3], groups: 2 }, [5, 5, 4]);
    expect(weights).toEqual([
      {
        name: "conv1.weight",
        layer: "conv1",
        role: "weight",
        shape: [2, 3, 2, 6],
        fanIn: 12,
        fanOut: 18,
        torch: { view: [2, 3, 2, 6], axes: [3, 2, 0, 1], shape: [6, 2, 2, 3] },
      },
      { name: "conv1.bias", layer: "conv1", role: "bias", shape: [6], fanIn: 12, fanOut: 18 },
    ]);
  });

  it("have no bias when none is wanted", () => {
    const { weights } = infer({ filters: 6, kernel: 1, bias: false }, [5, 5, 4]);
    expect(weights.map(({ role }) => role)).toEqual(["weight"]);
  });
});

describe("a convolution refuses", () => {
  it.each([
    {
      what: "a row of features",
      layer: { filters: 2, kernel: 3 },
      input: [784],
      message:
        "convolution layer `conv1`: expected input [batch, height, width, channels], got [batch, 784].",
    },
    {
      what: "an image that is smaller than its kernel",
      layer: { filters: 2, kernel: [5, 3], padding: [1, 0], dilation: 2 },
      input: [6, 5, 1],
      message: "convolution layer `conv1`: expected an image of 7 x 5 pixels or more, got [batch, 6, 5, 1].",
    },
    {
      what: "channels that groups do not divide",
      layer: { filters: 4, kernel: 1, groups: 2 },
      input: [4, 4, 3],
      message: "convolution layer `conv1`: expected channels that 2 groups divide, got 3 channels.",
    },
    {
      what: "filters that groups do not divide",
      layer: { filters: 3, kernel: 1, groups: 2 },
      input: [4, 4, 4],
      message: "convolution layer `conv1`: expected filters that 2 groups divide, got 3 filters.",
    },
  ])("$what", ({ layer, input, message }) => {
    expect(() => infer(layer, input)).toThrow(expect.objectContaining({ code: "SHAPE_MISMATCH", message }));
  });
});
