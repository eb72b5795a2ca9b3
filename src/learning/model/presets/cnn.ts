import { z } from "zod";

import { activationNames } from "../activation.ts";
import { widestLayer } from "../layers/dense.ts";
import type { LayerDocument } from "../layers/index.ts";
import { definePreset } from "./preset.ts";

/**
 * A convolutional network: blocks of convolution, normalisation if asked for, and activation, each closed by max pooling;
 * then dense layers. Named conv1, bn1, pool1, ..., hidden1, ... and output.
 */
export const cnn = definePreset({
  schema: z.strictObject({
    kind: z.literal("cnn"),
    /** Filters of each block. Defaults to [32, 64]. */
    filters: z.array(z.int().min(1).max(4096)).min(1).max(50).default([32, 64]),
    /** Convolutions in each block before it is pooled. Defaults to 1. */
    convolutions: z.int().min(1).max(20).default(1),
    /** Height and width of every kernel. Defaults to 3. */
    kernel: z.int().min(1).max(31).default(3),
    /** `same` keeps the size of an image, `valid` pads nothing. Defaults to `same`. */
    padding: z.enum(["same", "valid"]).default("same"),
    /** Size and stride of the pooling that ends each block; 1 for none. Defaults to 2. */
    pool: z.int().min(1).max(8).default(2),
    /** Batch normalisation after every convolution, which then has no bias. Defaults to false. */
    batchNorm: z.boolean().default(false),
    /** Widths of the dense layers behind the blocks. Defaults to [128]. */
    hidden: z.array(z.int().min(1).max(widestLayer)).max(20).default([128]),
    /** Share of values that is dropped behind every dense layer but the last. Defaults to 0. */
    dropout: z.number().min(0).lt(1).default(0),
    /** After every convolution and every hidden layer. Defaults to `relu`. */
    activation: z.enum(activationNames).default("relu"),
  }),
  layers: (model, outputs) => {
    const { filters, convolutions, kernel, padding, pool, batchNorm, hidden, dropout, activation } = model;
    let convolution = 0;
    return [
      ...filters.flatMap((count, block): LayerDocument[] => [
        ...Array.from({ length: convolutions }, (): LayerDocument[] => {
          const number = ++convolution;
          return [
            { type: "convolution", name: `conv${number}`, filters: count, kernel, padding, bias: !batchNorm },
            ...(batchNorm ? [{ type: "batchNorm", name: `bn${number}` } as const] : []),
            { type: "activation", name: `conv${number}_${activation}`, activation },
          ];
        }).flat(),
        ...(pool > 1 ? [{ type: "maxPool", name: `pool${block + 1}`, size: pool } as const] : []),
      ]),
      { type: "flatten", name: "flatten" },
      ...hidden.flatMap((units, index): LayerDocument[] => [
        { type: "dense", name: `hidden${index + 1}`, units },
        { type: "activation", name: `hidden${index + 1}_${activation}`, activation },
        ...(dropout > 0 ? [{ type: "dropout", name: `dropout${index + 1}`, rate: dropout } as const] : []),
      ]),
      { type: "dense", name: "output", units: outputs },
    ];
  },
});
