import { noBuffer, signatureOf, type KernelName } from "../../plan/index.ts";
import { choiceOf, type LoweringRules } from "../lowering.ts";

export const optimizerLowerings: LoweringRules<"optimizerAdvance" | "optimizerUpdate" | "countStep"> = {
  optimizerAdvance: ({ draft }, { attributes: { kernel } }) => ({
    kernel,
    arguments: { settings: draft.slot("optimizer") },
  }),

  countStep: ({ draft }) => ({ kernel: "countStep", arguments: { step: draft.slot("step") } }),

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
