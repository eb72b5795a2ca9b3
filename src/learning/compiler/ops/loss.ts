import { noBuffer, type BufferId, type KernelCall } from "../../plan/index.ts";
import type { GradientRules } from "../gradient-rule.ts";
import type { GraphNode, NodeId } from "../graph.ts";
import { mixesOf } from "./mix.ts";
import { choiceOf, rowFloats, type LoweringContext, type LoweringRules } from "../lowering.ts";

type LossOps =
  | "softmaxCrossEntropy"
  | "softmaxCrossEntropyGradient"
  | "weighStep"
  | "elementwiseLoss"
  | "elementwiseLossGradient"
  | "oneHot";

export const lossLowerings: LoweringRules<LossOps> = {
  softmaxCrossEntropy: (context, node) =>
    crossEntropyCall(context, node, { gradient: noBuffer, totals: context.draft.slot("loss") }),

  // The kernels add up the loss in any case: where another node does that already, these totals are not read.
  softmaxCrossEntropyGradient: (context, node) =>
    crossEntropyCall(context, node, {
      gradient: context.batchOutput(node),
      totals: node.attributes.addsTotals ? context.draft.slot("loss") : context.draft.spareSlots(3),
    }),

  weighStep: (context, node) => {
    const { attributes } = node;
    const { weight, classWeights } = crossEntropySlots(context, attributes);
    return {
      kernel: "weighStep",
      arguments: {
        ...mixesOf(context, node),
        classes: attributes.classWeights.length,
        classWeights,
        weight,
      },
    };
  },

  elementwiseLoss: (context, node) =>
    elementwiseCall(context, node, { gradient: noBuffer, totals: context.draft.slot("loss") }),

  elementwiseLossGradient: (context, node) =>
    elementwiseCall(context, node, {
      gradient: context.batchOutput(node),
      totals: node.attributes.addsTotals ? context.draft.slot("loss") : context.draft.spareSlots(5),
    }),

  oneHot: (context, node) => ({
    kernel: "oneHot",
    arguments: {
      labels: context.value(node.inputs[0]!),
      ...mixesOf(context, node),
      output: context.batchOutput(node),
      stride: rowFloats(node),
    },
  }),
};

// The loss is where differentiation starts: it has no gradient from above.
export const lossGradients: GradientRules<"softmaxCrossEntropy" | "elementwiseLoss"> = {
  softmaxCrossEntropy: (builder, { inputs, attributes }) => {
    const mixes = inputs.slice(2);
    const weight = builder.add("weighStep", mixes, { attributes, shape: [] });
    const gradient = builder.addLike("softmaxCrossEntropyGradient", [...inputs, weight], {
      attributes: { ...attributes, addsTotals: false },
      like: inputs[0]!,
    });
    return [gradient, null, ...mixes.map(() => null)];
  },

  elementwiseLoss: (builder, { inputs, attributes }) => [
    builder.addLike("elementwiseLossGradient", inputs, {
      attributes: { ...attributes, addsTotals: false },
      like: inputs[0]!,
    }),
    null,
  ],
};

interface LossPlaces {
  readonly gradient: BufferId;
  readonly totals: number;
}

type CrossEntropy = Pick<GraphNode<"softmaxCrossEntropy">["attributes"], "labelSmoothing" | "classWeights">;

function crossEntropySlots({ draft }: LoweringContext, { labelSmoothing, classWeights }: CrossEntropy) {
  const settings = draft.settings("lossSettings", {
    smoothing: labelSmoothing,
    stepWeight: 0,
    ...Object.fromEntries(classWeights.map((weight, index) => [`classWeight${index}`, weight])),
  });
  return { settings, weight: settings + 1, classWeights: settings + 2 };
}

function crossEntropyCall(
  context: LoweringContext,
  node: GraphNode<"softmaxCrossEntropy" | "softmaxCrossEntropyGradient">,
  places: LossPlaces,
): KernelCall {
  const { inputs, attributes } = node;
  const [logits, labels] = inputs as readonly [NodeId, NodeId];
  const { settings, classWeights } = crossEntropySlots(context, attributes);
  return {
    kernel: "softmaxCrossEntropy",
    arguments: {
      logits: context.value(logits),
      labels: context.value(labels),
      ...mixesOf(context, node),
      ...places,
      classes: attributes.classWeights.length,
      stride: rowFloats(context.nodes[logits]!),
      settings,
      classWeights,
    },
  };
}

function elementwiseCall(
  context: LoweringContext,
  { inputs, attributes }: GraphNode<"elementwiseLoss" | "elementwiseLossGradient">,
  places: LossPlaces,
): KernelCall {
  const [predictions, targets] = inputs as readonly [NodeId, NodeId];
  const node = context.nodes[predictions]!;
  return {
    kernel: "elementwiseLoss",
    arguments: {
      predictions: context.value(predictions),
      targets: context.value(targets),
      ...places,
      outputs: node.shape.at(-1)!,
      stride: rowFloats(node),
      function: choiceOf("elementwiseLoss", "function", attributes.function),
      delta: context.draft.settings("lossSettings", { delta: attributes.delta }),
    },
  };
}
