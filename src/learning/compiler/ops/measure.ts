import { histogramBins } from "../../plan/index.ts";
import { choiceOf, rowFloats, type LoweringRules } from "../lowering.ts";
import type { OpName } from "../graph.ts";

export const measureLowerings: LoweringRules<
  "magnitudes" | "rowMagnitudes" | "activationStatistics" | "histogram"
> = {
  magnitudes: ({ draft, value }, { inputs, attributes: { total, norm } }) => {
    const values = value(inputs[0]!);
    const sum = { values, count: draft.floatsOf(values), total: draft.slot(total) };
    return norm === null
      ? { kernel: "absoluteSum", arguments: sum }
      : { kernel: "magnitudes", arguments: { ...sum, norm: draft.slot(norm) } };
  },

  rowMagnitudes: ({ draft, value }, { id, inputs, attributes: { total, norm } }) => ({
    kernel: "rowMagnitudes",
    arguments: {
      magnitude: value(inputs[0]!),
      squares: value(id),
      count: draft.floatsOf(value(inputs[0]!)),
      total: draft.slot(total),
      norm: draft.slot(norm),
    },
  }),

  activationStatistics: (context, { inputs, attributes: { range, slots, largest } }) => {
    const node = context.nodes[inputs[0]!]!;
    return {
      kernel: "activationStatistics",
      arguments: {
        values: context.value(node.id),
        largest: context.draft.state(largest, node.layout.stride),
        runs: rowFloats(node) / node.layout.stride,
        features: node.layout.run,
        stride: node.layout.stride,
        range: choiceOf("activationStatistics", "range", range),
        totals: context.draft.slot(slots),
      },
    };
  },

  histogram: ({ draft, nodes, value }, { inputs, attributes: { of, slots, isOn } }) => {
    const values = value(inputs[0]!);
    const counts = draft.group(slots, histogramBins);
    const shared = { values, counts, isOn: draft.slot(isOn) };
    return of === "batch"
      ? { kernel: "histogramOfBatch", arguments: { ...shared, stride: rowFloats(nodes[inputs[0]!]!) } }
      : { kernel: "histogramOfWhole", arguments: { ...shared, count: draft.floatsOf(values) } };
  },
};

/** Ops that only look: what is trained, and in which chunks, does not depend on them. */
export const measuringOps: ReadonlySet<OpName> = new Set(
  Object.keys(measureLowerings) as (keyof typeof measureLowerings)[],
);
