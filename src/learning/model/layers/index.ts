import type { Layer, LayerDefinition } from "../layer.ts";
import { activation } from "./activation.ts";
import { dense } from "./dense.ts";
import { flatten } from "./flatten.ts";

type Definitions = { readonly [Type in Layer["type"]]: LayerDefinition<Extract<Layer, { type: Type }>> };

const definitions: Definitions = { flatten, dense, activation };

export function definitionOf(layer: Layer): LayerDefinition<Layer> {
  return definitions[layer.type];
}
