import type { Shape } from "../model/index.ts";
import { elementsOf, padFeatures } from "../plan/index.ts";
import type { GraphBuilder, NodeId } from "./graph.ts";
import type { Augmentation } from "./op-attributes.ts";

export interface FeaturesOptions {
  /** Of one example. */
  readonly inputShape: Shape;
  readonly source: "bytes" | "floats";
  /** One scale and shift for all features, in slots, or one for each, in a buffer. Defaults to `uniform`. */
  readonly scaling?: "uniform" | "per-feature";
  /** Of training examples. Defaults to none. */
  readonly augmentation?: Augmentation | undefined;
}

/** Appends the batch's examples, which lie as in the data set, without padding between channels. */
export function addFeatures(
  builder: GraphBuilder,
  { inputShape, source, scaling = "uniform", augmentation }: FeaturesOptions,
): NodeId {
  const run = elementsOf(inputShape);
  return builder.add("features", [], {
    attributes: { source, scaling, augmentation },
    shape: inputShape,
    layout: { kind: "rows", run, stride: padFeatures(run) },
  });
}
