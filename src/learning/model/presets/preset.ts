import type { z } from "zod";

import type { LayerDocument } from "../layers/index.ts";

type PresetSchema = z.ZodObject<{ kind: z.ZodLiteral<string> }>;

/** A family of models by a few numbers. */
export interface Preset<Schema extends PresetSchema> {
  readonly schema: Schema;
  /**
   * The layers as a person would write them: defaults and names may be left out.
   *
   * @param outputs classes, or values to predict
   */
  layers(model: z.output<Schema>, outputs: number): readonly LayerDocument[];
}

/** Lets the compiler infer a preset's types from its schema. */
export function definePreset<Schema extends PresetSchema>(preset: Preset<Schema>): Preset<Schema> {
  return preset;
}
