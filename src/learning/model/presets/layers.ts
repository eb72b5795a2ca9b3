import { z } from "zod";

import { layerSchema, type Layer } from "../layers/index.ts";
import { definePreset } from "./preset.ts";

/** Any graph of layers, written out. The last layer's outputs are the model's. */
export const layers = definePreset({
  schema: z.strictObject({
    kind: z.literal("layers"),
    layers: z.array(layerSchema).min(1).max(5000),
  }),
  layers: ({ layers: written }) => withNames(written),
});

/** Names each nameless layer by its type and its number among those of that type. */
function withNames(written: readonly Layer[]): Layer[] {
  const counts = new Map<string, number>();
  return written.map((layer) => {
    const count = (counts.get(layer.type) ?? 0) + 1;
    counts.set(layer.type, count);
    return layer.name === "" ? { ...layer, name: `${layer.type}${count}` } : layer;
  });
}
