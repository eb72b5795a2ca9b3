/**
 * A layer as a value: what it is called, which layers it reads and its own settings. What a layer does to shapes and
 * which weights it has is declared in `layers/`, one file each.
 */
import { z } from "zod";

import { TunesmithError } from "../../base/index.ts";
import type { InitializerName } from "./initializers/names.ts";

/** Shape of one example, without the batch. Images are [height, width, channels]. */
export type Shape = readonly number[];

/** The name by which layers refer to the examples themselves. */
export const inputName = "input";

/** What every layer has. */
export const layerFields = {
  /** Unique in the model; defaults to its type and number: `dense1`. Dots group layers: `layer1.0.conv1`. */
  name: z
    .string()
    .max(200)
    .regex(/^([A-Za-z_]\w*(\.\w+)*)?$/, "expected letters, digits, `_` and dots between them")
    .default(""),
  /** Names of the layers that it reads, or `input` for the examples. Defaults to the layer before. */
  inputs: z.array(z.string().min(1)).min(1).max(64).optional(),
};

export type LayerSchema = z.ZodObject<typeof layerFields & { readonly type: z.ZodLiteral<string> }>;

/** The value that a layer reads. */
export interface LayerInput {
  readonly shape: Shape;
  /** The image that was flattened to this row: PyTorch counts its features by channel first. */
  readonly flattenedFrom?: Shape | undefined;
}

export type WeightRole = "weight" | "bias" | "scale" | "shift" | "running-mean" | "running-variance";

/** A tensor that a layer keeps. */
export interface WeightDescription {
  /** Unique in the model, as PyTorch names it: `hidden1.weight`, `bn1.running_mean`. */
  readonly name: string;
  readonly layer: string;
  readonly role: WeightRole;
  /** Of a dense layer [in, out], of a convolution [kernel height, kernel width, channels in, out]; of the others [out]. */
  readonly shape: Shape;
  /** How many values each output sums over, and how many outputs each input goes to: the initialisers' scales. */
  readonly fanIn: number;
  readonly fanOut: number;
  /** How it begins; as PyTorch's default when absent. */
  readonly initial?: InitialWeight;
  /** How PyTorch holds it; as it is when absent. */
  readonly torch?: TorchLayout;
}

export interface InitialWeight {
  readonly initializer: InitializerName;
  /** Factor on the weight's values, not on a bias's. */
  readonly scale: number;
  /** Of the activation behind the layer. */
  readonly gain: number;
}

/** From our order of elements to PyTorch's: seen as `view`, its axes permuted, then in `shape`. */
export interface TorchLayout {
  readonly view: Shape;
  readonly axes: readonly number[];
  readonly shape: Shape;
}

/** Statistics are kept, not trained. */
export function isTrained({ role }: Pick<WeightDescription, "role">): boolean {
  return role !== "running-mean" && role !== "running-variance";
}

export interface LayerDefinition<Schema extends LayerSchema = LayerSchema> {
  readonly schema: Schema;
  /** How many values it reads. Defaults to 1. */
  readonly inputs?: "two or more";
  /** True when output element i belongs to input element i, so that the order of features stays. */
  readonly isElementwise?: boolean;
  /** @throws SHAPE_MISMATCH naming the layer, what it wants and what it gets. */
  outputShape(layer: z.output<Schema>, inputs: readonly [LayerInput, ...LayerInput[]]): Shape;
  /** Defaults to none. */
  weights?(
    layer: z.output<Schema>,
    inputs: readonly [LayerInput, ...LayerInput[]],
  ): readonly WeightDescription[];
}

/** Lets the compiler infer a definition's types from its schema. */
export function defineLayer<Schema extends LayerSchema>(
  definition: LayerDefinition<Schema>,
): LayerDefinition<Schema> {
  return definition;
}

/** The error of a layer that cannot take what it gets. @param expected after `expected`: `input [batch, features]` */
export function shapeMismatch(
  { type, name }: { readonly type: string; readonly name: string },
  { expected, received, hint }: { expected: string; received: Shape | string; hint?: string | undefined },
): TunesmithError {
  const got = typeof received === "string" ? received : `[${["batch", ...received].join(", ")}]`;
  return new TunesmithError("SHAPE_MISMATCH", {
    message: `${type} layer \`${name}\`: expected ${expected}, got ${got}.`,
    ...(hint === undefined ? {} : { hint }),
    facts: { layer: name, expected, received },
  });
}
