import { internalError } from "../../base/index.ts";
import { inputName, type InferredLayer, type LayerType } from "../model/index.ts";
import type { GraphBuilder, NodeId } from "./graph.ts";
import type { LayerLowering, LayerToLower } from "./layer-lowering.ts";
import { layerLowerings } from "./ops/index.ts";

/**
 * Appends the layers to the graph.
 *
 * @returns the node of each layer's output by the layer's name
 */
export function addForward(
  builder: GraphBuilder,
  layers: readonly InferredLayer[],
  { input, phase }: { input: NodeId; phase: LayerToLower["phase"] },
): Map<string, NodeId> {
  const values = new Map([[inputName, input]]);
  for (const inferred of layers) {
    const { name, type } = inferred.layer;
    const [first, ...others] = inferred.inputs.map((source) => values.get(source)!);
    if (first === undefined) throw internalError(`layer \`${name}\` reads nothing`);
    const lower = layerLowerings[type] as LayerLowering<LayerType>;
    values.set(name, lower(builder, { ...inferred, phase }, [first, ...others]));
  }
  return values;
}
