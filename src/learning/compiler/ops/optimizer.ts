import { noBuffer, signatureOf, type KernelName } from "../../plan/index.ts";
import type { NodeId } from "../graph.ts";
import { choiceOf, type LoweringRules } from "../lowering.ts";

export const optimizerLowerings: LoweringRules<
  | "optimizerAdvance"
  | "optimizerUpdate"
  | "addPenalty"
  | "addSquares"
  | "limitNorm"
  | "averageWeights"
  | "countStep"
> = {
  optimizerAdvance: ({ draft }, { attributes: { kernel } }) => ({
    kernel,
    arguments: { settings: draft.slot("optimizer") },
  }),

  countStep: ({ draft }) => ({ kernel: "countStep", arguments: { step: draft.slot("step") } }),

  addPenalty: ({ draft, value }, { id, inputs }) => {
    const [weight, gradient] = inputs as readonly [NodeId, NodeId];
    draft.alias(id, value(gradient));
    return {
      kernel: "addPenalty",
      arguments: {
        weight: value(weight),
        gradient: value(gradient),
        count: draft.floatsOf(value(weight)),
        loss: draft.slot("loss"),
        settings: draft.slot("optimizer"),
      },
    };
  },

  addSquares: ({ draft, value }, { inputs }) => ({
    kernel: "addSquares",
    arguments: {
      gradient: value(inputs[0]!),
      count: draft.floatsOf(value(inputs[0]!)),
      settings: draft.slot("optimizer"),
    },
  }),

  limitNorm: ({ draft }) => ({ kernel: "limitNorm", arguments: { settings: draft.slot("optimizer") } }),

  averageWeights: ({ draft }, { attributes: { weight } }) => {
    const { trained, average } = draft.averaged(weight);
    return {
      kernel: "averageWeights",
      arguments: {
        weight: trained,
        average,
        count: draft.floatsOf(trained),
        step: draft.slot("step"),
        settings: draft.slot("optimizer"),
      },
    };
  },

  optimizerUpdate: (context, node) => {
    const { kernel, state, decays } = node.attributes;
    const weight = context.value(node.inputs[0]!);
    return {
      kernel,
      arguments: withoutOptionalBuffers(kernel, {
        weight,
        gradient: context.value(node.inputs[1]!),
        ...context.draft.optimizerState(weight, state),
        count: context.draft.floatsOf(weight),
        decay: choiceOf(kernel, "decay", decays ? "applied" : "none"),
        settings: context.draft.slot("optimizer"),
      }),
    };
  },
};

/** Fills in `noBuffer` for optional buffers that are not given. */
function withoutOptionalBuffers(kernel: KernelName, given: Record<string, number>): Record<string, number> {
  const names = Object.keys(signatureOf(kernel).arguments);
  return Object.fromEntries(names.map((name) => [name, given[name] ?? noBuffer]));
}
