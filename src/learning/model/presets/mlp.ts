import { z } from "zod";

import { activationNames } from "../activation.ts";
import { widestLayer } from "../layers/dense.ts";
import type { LayerDocument } from "../layers/index.ts";
import { definePreset } from "./preset.ts";

/** A multilayer perceptron: dense layers with an activation between them, named hidden1, hidden2, ... and output. */
export const mlp = definePreset({
  schema: z.strictObject({
    kind: z.literal("mlp"),
    /** Width of each hidden layer, from the input on. Defaults to [128, 64]; none at all is a linear classifier. */
    hidden: z.array(z.int().min(1).max(widestLayer)).max(1000).default([128, 64]),
    /** After every hidden layer. Defaults to `relu`. */
    activation: z.enum(activationNames).default("relu"),
    /** Batch normalisation behind every hidden layer, which then has no bias. Defaults to false. */
    batchNorm: z.boolean().default(false),
    /** Share of values that is dropped behind every hidden layer. Defaults to 0. */
    dropout: z.number().min(0).lt(1).default(0),
  }),
  layers: ({ hidden, activation, batchNorm, dropout }, outputs) => [
    { type: "flatten", name: "flatten" },
    ...hidden.flatMap((units, index): LayerDocument[] => [
      { type: "dense", name: `hidden${index + 1}`, units, bias: !batchNorm },
      ...(batchNorm ? [{ type: "batchNorm", name: `bn${index + 1}` } as const] : []),
      { type: "activation", name: `${activation}${index + 1}`, activation },
      ...(dropout > 0 ? [{ type: "dropout", name: `dropout${index + 1}`, rate: dropout } as const] : []),
    ]),
    { type: "dense", name: "output", units: outputs },
  ],
});
