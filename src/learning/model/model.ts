import { z } from "zod";

import type { Layer } from "./layer.ts";
import { mlpLayers, mlpSchema } from "./presets/mlp.ts";

/** The `model` part of a document: one preset by its `kind`. */
export const modelSchema = z.discriminatedUnion("kind", [mlpSchema]);

export type ModelDescription = z.output<typeof modelSchema>;

/** The chain of layers that a description stands for. @param outputs number of classes */
export function layersOf(model: ModelDescription, outputs: number): Layer[] {
  switch (model.kind) {
    case "mlp":
      return mlpLayers(model, outputs);
    default:
      return model.kind satisfies never;
  }
}
