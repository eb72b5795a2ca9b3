import type { Shape } from "../model/index.ts";
import { elementsOf, padFeatures } from "../plan/index.ts";
import type { GraphBuilder, NodeId } from "./graph.ts";
import type { Augmentation, Mixing } from "./op-attributes.ts";

export interface FeaturesOptions {
  /** Of one example. */
  readonly inputShape: Shape;
  readonly source: "bytes" | "floats";
  /** One scale and shift for all features, in slots, or one for each, in a buffer. Defaults to `uniform`. */
  readonly scaling?: "uniform" | "per-feature";
  /** Of training examples. Defaults to none. */
  readonly augmentation?: Augmentation | undefined;
  /** With what the examples are mixed. Defaults to nothing. */
  readonly mixes?: NodeId | undefined;
}

export interface MixesOptions extends Pick<FeaturesOptions, "inputShape"> {
  readonly mixing: Mixing;
  /** In a step, at most. */
  readonly examples: number;
}

/** Appends the draws of what is mixed with what in a step. */
export function addMixes(builder: GraphBuilder, { inputShape, mixing, examples }: MixesOptions): NodeId {
  return builder.add("drawMixes", [], { attributes: { mixing, inputShape, examples }, shape: [] });
}

/** Appends the batch's examples, which lie as in the data set, without padding between channels. */
export function addFeatures(
  builder: GraphBuilder,
  { inputShape, source, scaling = "uniform", augmentation, mixes }: FeaturesOptions,
): NodeId {
  const run = elementsOf(inputShape);
  const features = builder.add("features", [], {
    attributes: { source, scaling, augmentation },
    shape: inputShape,
    layout: { kind: "rows", run, stride: padFeatures(run) },
  });
  if (mixes === undefined) return features;
  return builder.addLike("mixFeatures", [features, mixes], { attributes: {}, like: features });
}
