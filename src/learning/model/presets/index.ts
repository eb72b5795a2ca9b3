/** The registry of presets: the kinds of model that a document can name. */
import { z } from "zod";

import type { Layer } from "../layers/index.ts";
import { layers } from "./layers.ts";
import { mlp } from "./mlp.ts";

const presets = { mlp, layers };

type Presets = typeof presets;

/** The `model` part of a document with its defaults filled in. */
export type ModelDescription = z.output<Presets[keyof Presets]["schema"]>;
export type ModelDescriptionInput = z.input<Presets[keyof Presets]["schema"]>;

const schemas = Object.values(presets).map(({ schema }) => schema) as unknown as [Presets["mlp"]["schema"]];

/** One preset by its `kind`. */
export const modelSchema = z.discriminatedUnion("kind", schemas) as unknown as z.ZodType<
  ModelDescription,
  ModelDescriptionInput
>;

/** The layers that a description stands for. @param outputs classes, or values to predict */
export function layersOf(model: ModelDescription, outputs: number): Layer[] {
  const preset = presets[model.kind] as { layers(model: ModelDescription, outputs: number): Layer[] };
  return preset.layers(model, outputs);
}
