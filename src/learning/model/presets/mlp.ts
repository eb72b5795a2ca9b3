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
  }),
  layers: ({ hidden, activation }, outputs) => [
    { type: "flatten", name: "flatten" },
    ...hidden.flatMap((units, index): LayerDocument[] => [
      { type: "dense", name: `hidden${index + 1}`, units },
      { type: "activation", name: `${activation}${index + 1}`, activation },
    ]),
    { type: "dense", name: "output", units: outputs },
  ],
});
