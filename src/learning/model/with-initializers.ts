import type { InferredLayer } from "./inferred-layer.ts";
import { gains } from "./initializers/gains.ts";

/** Says of each weight of a layer that has an initializer how it begins. */
export function withInitializers(layers: readonly InferredLayer[]): InferredLayer[] {
  const readers = new Map<string, InferredLayer[]>();
  for (const layer of layers) {
    for (const input of layer.inputs) readers.set(input, [...(readers.get(input) ?? []), layer]);
  }
  return layers.map((inferred) => {
    const { layer, weights } = inferred;
    if (!("initializer" in layer) || layer.initializer === undefined) return inferred;
    const { initializer, initialScale: scale = 1 } = layer;
    const initial = { initializer, scale, gain: gainBehind(inferred, readers) };
    return { ...inferred, weights: weights.map((weight) => ({ ...weight, initial })) };
  });
}

/**
 * The gain of the activation that reads the layer, by way of layers that leave the shape as it is, such as normalisation;
 * 1 when there is none, as behind the output layer.
 */
function gainBehind(start: InferredLayer, readers: ReadonlyMap<string, readonly InferredLayer[]>): number {
  let current = start;
  for (;;) {
    const [reader, ...others] = readers.get(current.layer.name) ?? [];
    if (reader === undefined || others.length > 0) return 1;
    if (reader.layer.type === "activation") return gains[reader.layer.activation];
    const changesShape = reader.outputShape.join() !== current.outputShape.join();
    if (changesShape || "initializer" in reader.layer || reader.layer.type === "softmax") return 1;
    current = reader;
  }
}
