import { z } from "zod";

import { activationNames } from "../activation.ts";
import type { Layer } from "../layer.ts";

/** Wider layers than this ask for more memory than a machine has; the limit catches slips such as 1e9. */
const widestLayer = 65_536;

/** A multilayer perceptron: dense layers with an activation between them. */
export const mlpSchema = z.strictObject({
  kind: z.literal("mlp"),
  /** Width of each hidden layer, from the input on. Defaults to [128, 64]; none at all is a linear classifier. */
  hidden: z.array(z.int().min(1).max(widestLayer)).max(1000).default([128, 64]),
  /** After every hidden layer. Defaults to `relu`. */
  activation: z.enum(activationNames).default("relu"),
});

/** Layers are named hidden1, hidden2, ... and output. */
export function mlpLayers({ hidden, activation }: z.output<typeof mlpSchema>, outputs: number): Layer[] {
  return [
    { type: "flatten", name: "flatten" },
    ...hidden.flatMap((units, index): Layer[] => [
      { type: "dense", name: `hidden${index + 1}`, units },
      { type: "activation", name: `${activation}${index + 1}`, activation },
    ]),
    { type: "dense", name: "output", units: outputs },
  ];
}
