import { expect, test } from "vitest";

import { inferShapes, layersOf, modelSchema, modelSize } from "./index.ts";

/** @param outputs of the output layer */
function sizeOf(model: object, shape: readonly number[], outputs = 10) {
  return modelSize(inferShapes(layersOf(modelSchema.parse(model), outputs), shape));
}

test("a dense layer has as many products as weights, and biases that are none", () => {
  expect(sizeOf({ kind: "mlp", hidden: [128] }, [28, 28, 1])).toEqual({
    weights: 784 * 128 + 128 + 128 * 10 + 10,
    multiplyAdds: 784 * 128 + 128 * 10,
  });
});

test("a convolution multiplies its kernel at every place, by groups only its own channels", () => {
  const layers = [
    { type: "convolution", filters: 8, kernel: 3, padding: "same" },
    { type: "batchNorm" },
    { type: "convolution", filters: 8, kernel: 3, padding: "same", groups: 8, stride: 2, bias: false },
    { type: "flatten" },
    { type: "dense", units: 2 },
  ];
  expect(sizeOf({ kind: "layers", layers }, [6, 6, 3], 2)).toEqual({
    // Kernels and biases, scales and shifts; running statistics are not trained.
    weights: 9 * 3 * 8 + 8 + 2 * 8 + 9 * 8 + 3 * 3 * 8 * 2 + 2,
    multiplyAdds: 9 * 3 * 8 * 36 + 9 * 8 * 9 + 3 * 3 * 8 * 2,
  });
});
