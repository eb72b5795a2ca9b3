import type { z } from "zod";

import type { Layer } from "../layers/index.ts";

/** A family of models by a few numbers. */
export interface Preset<Schema extends z.ZodObject<{ kind: z.ZodLiteral<string> }>> {
  readonly schema: Schema;
  /** @param outputs classes, or values to predict */
  layers(model: z.output<Schema>, outputs: number): Layer[];
}

/** Lets the compiler infer a preset's types from its schema. */
export function definePreset<Schema extends z.ZodObject<{ kind: z.ZodLiteral<string> }>>(
  preset: Preset<Schema>,
): Preset<Schema> {
  return preset;
}
