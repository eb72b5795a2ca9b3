/** The registry of layers: what a model can be made of. */
import { z } from "zod";

import type { LayerDefinition } from "../layer.ts";
import { activation } from "./activation.ts";
import { add } from "./add.ts";
import { concatenate } from "./concatenate.ts";
import { convolution } from "./convolution.ts";
import { dense } from "./dense.ts";
import { dropout } from "./dropout.ts";
import { flatten } from "./flatten.ts";
import { batchNorm, groupNorm, layerNorm } from "./normalization.ts";
import { adaptiveAveragePool, averagePool, globalAveragePool, maxPool } from "./pool.ts";
import { reshape } from "./reshape.ts";
import { softmax } from "./softmax.ts";

const definitions = {
  flatten,
  reshape,
  dense,
  convolution,
  activation,
  softmax,
  dropout,
  add,
  concatenate,
  maxPool,
  averagePool,
  adaptiveAveragePool,
  globalAveragePool,
  batchNorm,
  layerNorm,
  groupNorm,
};

type Definitions = typeof definitions;

/** A layer with its settings filled in. */
export type Layer = z.output<Definitions[keyof Definitions]["schema"]>;

/** A layer as a person writes it: names and defaults may be left out. */
export type LayerDocument = z.input<Definitions[keyof Definitions]["schema"]>;

export type LayerType = Layer["type"];

export type LayerOf<Type extends LayerType> = Extract<Layer, { type: Type }>;

const schemas = Object.values(definitions).map(({ schema }) => schema) as [Definitions["dense"]["schema"]];

export const layerSchema = z.discriminatedUnion("type", schemas) as unknown as z.ZodType<
  Layer,
  LayerDocument
>;

export function definitionOf(layer: Layer): LayerDefinition {
  return definitions[layer.type];
}
