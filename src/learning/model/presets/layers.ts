import { z } from "zod";

import { layerSchema } from "../layers/index.ts";
import { definePreset } from "./preset.ts";

/** Any graph of layers, written out. The last layer's outputs are the model's. */
export const layers = definePreset({
  schema: z.strictObject({
    kind: z.literal("layers"),
    layers: z.array(layerSchema).min(1).max(5000),
  }),
  layers: (model) => model.layers,
});
