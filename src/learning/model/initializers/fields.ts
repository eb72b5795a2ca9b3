import { z } from "zod";

import { initializerNames, type InitializerName } from "./names.ts";

const initialScaleSchema = z.number().min(-1000).max(1000);

/** Of layers with weights. */
export const layerInitializerFields = {
  /** How the weight begins; biases begin at 0, but PyTorch's with `torch`. Defaults to the model's. */
  initializer: z.enum(initializerNames).optional(),
  /** Multiplies the initial weight. Defaults to the model's. */
  initialScale: initialScaleSchema.optional(),
};

/** Of every model. */
export const modelInitializerFields = {
  /** How the weights of all layers begin that do not say so themselves. Defaults to `torch`, PyTorch's default. */
  initializer: z.enum(initializerNames).default("torch"),
  /** Multiplies the initial weights of these layers; with `constant`, all are equal to it. Defaults to 1. */
  initialScale: initialScaleSchema.default(1),
};

export interface ModelInitializer {
  readonly initializer: InitializerName;
  readonly initialScale: number;
}
