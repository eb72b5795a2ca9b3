import { augmentScratchFloats, mixFloats, mixQuantiles, noBuffer, type BufferId } from "../../plan/index.ts";
import { internalError } from "../../../base/index.ts";
import { isOp, type GraphNode, type NodeId } from "../graph.ts";
import { choiceOf, rowFloats, type LoweringContext, type LoweringRules } from "../lowering.ts";
import type { MixingRule } from "../op-attributes.ts";
import { augmentationSettings, inputScalingOf } from "./gather-settings.ts";

/** Rows of features count as images of one pixel. */
function imageOf(shape: readonly number[]): { height: number; width: number; channels: number } {
  const [height, width, channels] = shape;
  return shape.length === 3
    ? { height: height!, width: width!, channels: channels! }
    : { height: 1, width: 1, channels: shape.reduce((product, size) => product * size, 1) };
}

/** The arguments of kernels that take mixtures where there are any. */
export function mixesOf(
  context: LoweringContext,
  { inputs }: GraphNode,
): { mixes: BufferId; examples: number } {
  const node = inputs.map((id) => context.nodes[id]!).find((input) => isOp(input, "drawMixes"));
  if (node === undefined) return { mixes: noBuffer, examples: 0 };
  return { mixes: context.value(node.id), examples: node.attributes.examples };
}

export const mixLowerings: LoweringRules<"drawMixes" | "mixFeatures"> = {
  drawMixes: ({ draft }, node) => {
    const { mixing, inputShape, examples } = node.attributes;
    const { height, width } = imageOf(inputShape);
    const mixes = draft.scratch("mixtures", examples * mixFloats);
    draft.alias(node.id, mixes);
    const { mixup, cutmix } = mixing;
    const quantilesOf = (name: string, rule: MixingRule | undefined) =>
      draft.settings(
        `data ${name}`,
        Object.fromEntries(
          Array.from({ length: mixQuantiles }, (_, place) => [
            `quantile ${place}`,
            rule?.quantiles[place] ?? 1,
          ]),
        ),
      );
    return {
      kernel: "drawMixes",
      arguments: {
        mixes,
        examples,
        height,
        width,
        probabilities: draft.settings("data mixing", {
          mixup: mixup?.probability ?? 0,
          cutmix: cutmix?.probability ?? 0,
        }),
        mixupQuantiles: quantilesOf("mixup", mixup),
        cutmixQuantiles: quantilesOf("cutmix", cutmix),
        key: draft.randomKey("mixing"),
        epoch: draft.slot("epoch"),
      },
    };
  },

  mixFeatures: (context, node) => {
    const { draft } = context;
    const gathered = context.nodes[node.inputs[0] as NodeId]!;
    if (!isOp(gathered, "features")) throw internalError(`node ${gathered.id} gathers no features`);
    const features = context.value(gathered.id);
    draft.alias(node.id, features);
    const stride = rowFloats(node);
    const image = imageOf(node.shape);
    const { augmentation, source } = gathered.attributes;
    return {
      kernel: "mixFeatures",
      arguments: {
        ...mixesOf(context, node),
        features,
        partner: draft.scratch("partner", stride),
        augmented:
          augmentation === undefined
            ? noBuffer
            : draft.scratch("augmented partner", augmentScratchFloats(image)),
        ...inputScalingOf(draft, gathered),
        ...image,
        stride,
        source: choiceOf("mixFeatures", "source", source),
        ...augmentationSettings(draft, augmentation),
      },
    };
  },
};
