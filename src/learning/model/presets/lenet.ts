import { z } from "zod";

import { activationNames } from "../activation.ts";
import { definePreset } from "./preset.ts";

/**
 * LeNet-5: two convolutions of 5 x 5 with pooling, then dense layers of 120 and 84. The first convolution is padded, so
 * that images of 28 x 28 give the sizes of the paper's 32 x 32.
 *
 * @see LeCun, Bottou, Bengio, Haffner 1998, "Gradient-based learning applied to document recognition", Fig. 2
 * Differs from the paper: the second convolution reads all maps, the output is linear with a softmax in the loss, and
 * pooling has no weights.
 */
export const lenet = definePreset({
  schema: z.strictObject({
    kind: z.literal("lenet"),
    /** After every layer but the last. Defaults to `tanh`, the paper's. */
    activation: z.enum(activationNames).default("tanh"),
    /** Defaults to `average`, the paper's. */
    pooling: z.enum(["average", "max"]).default("average"),
  }),
  layers: ({ activation, pooling }, outputs) => {
    const pool = pooling === "average" ? "averagePool" : "maxPool";
    const after = (name: string) =>
      ({ type: "activation", name: `${name}_${activation}`, activation }) as const;
    return [
      { type: "convolution", name: "conv1", filters: 6, kernel: 5, padding: 2 },
      after("conv1"),
      { type: pool, name: "pool1", size: 2 },
      { type: "convolution", name: "conv2", filters: 16, kernel: 5 },
      after("conv2"),
      { type: pool, name: "pool2", size: 2 },
      { type: "flatten", name: "flatten" },
      { type: "dense", name: "fc1", units: 120 },
      after("fc1"),
      { type: "dense", name: "fc2", units: 84 },
      after("fc2"),
      { type: "dense", name: "output", units: outputs },
    ];
  },
});
