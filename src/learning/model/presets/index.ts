/** The registry of presets: the kinds of model that a document can name. */
import { z } from "zod";

import { modelInitializerFields, type ModelInitializer } from "../initializers/fields.ts";
import { layerSchema, type Layer, type LayerDocument } from "../layers/index.ts";
import { cnn } from "./cnn.ts";
import { layers } from "./layers.ts";
import { lenet } from "./lenet.ts";
import { logistic } from "./logistic.ts";
import { mlp } from "./mlp.ts";
import { resnet } from "./resnet.ts";
import { shape } from "./shape.ts";

const presets = { mlp, cnn, lenet, resnet, logistic, shape, layers };

type Presets = typeof presets;

/** The `model` part of a document with its defaults filled in. */
export type ModelDescription = z.output<Presets[keyof Presets]["schema"]> & ModelInitializer;

/** As a person writes it: an object with its `kind`, or a name (`resnet18`), or a shape (`32c5-p2-128-10`). */
export type ModelDocument = (z.input<Presets[keyof Presets]["schema"]> & Partial<ModelInitializer>) | string;

const schemas = Object.values(presets).map(({ schema }) =>
  schema.extend(modelInitializerFields),
) as unknown as [Presets["mlp"]["schema"]];

export const modelSchema = z.preprocess(
  fromText,
  z.discriminatedUnion("kind", schemas),
) as unknown as z.ZodType<ModelDescription, ModelDocument>;

/** `lenet` is a kind, `resnet34` a kind and its depth, everything else a shape. */
function fromText(written: unknown): unknown {
  if (typeof written !== "string") return written;
  const [, kind = "", depth] = /^([a-z]+)(\d+)?$/.exec(written) ?? [];
  if (!Object.hasOwn(presets, kind)) return { kind: "shape", shape: written };
  return depth === undefined ? { kind } : { kind, depth: Number(depth) };
}

/** The layers that a description stands for. @param outputs classes, or values to predict */
export function layersOf(model: ModelDescription, outputs: number): Layer[] {
  const preset = presets[model.kind] as {
    layers(model: ModelDescription, outputs: number): readonly LayerDocument[];
  };
  const made = preset.layers(model, outputs).map((layer) => layerSchema.parse(layer));
  return withNames(made.map((layer) => withInitializer(layer, model)));
}

/** PyTorch's default needs no word. */
function withInitializer(layer: Layer, { initializer, initialScale }: ModelInitializer): Layer {
  if (layer.type !== "dense" && layer.type !== "convolution") return layer;
  const scale = layer.initialScale ?? initialScale;
  const name = layer.initializer ?? initializer;
  if (name === "torch" && scale === 1) return layer;
  return { ...layer, initializer: name, initialScale: scale };
}

/** Names each nameless layer by its type and its number among those of that type. */
function withNames(nameless: readonly Layer[]): Layer[] {
  const counts = new Map<string, number>();
  return nameless.map((layer) => {
    const count = (counts.get(layer.type) ?? 0) + 1;
    counts.set(layer.type, count);
    return layer.name === "" ? { ...layer, name: `${layer.type}${count}` } : layer;
  });
}
