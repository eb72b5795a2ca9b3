import { elementsOf, paddedRows } from "../../plan/index.ts";
import type { GradientRules } from "../gradient-rule.ts";
import type { GraphBuilder, NodeId } from "../graph.ts";
import { rowFloats, type LoweringRules } from "../lowering.ts";

/**
 * The value with its last dimension padded to whole vectors, as most ops want it: the node itself where it lies so
 * already, else a copy. Examples and flattened images lie otherwise.
 */
export function withPaddedRows(builder: GraphBuilder, value: NodeId): NodeId {
  const { shape, layout } = builder.node(value);
  const padded = paddedRows(shape);
  if (layout.run === padded.run && layout.stride === padded.stride) return value;
  return builder.add("copy", [value], { attributes: {}, shape });
}

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b);

export const copyLowerings: LoweringRules<"copy"> = {
  copy: (context, node) => {
    const input = context.nodes[node.inputs[0]!]!;
    return {
      kernel: "copyRuns",
      arguments: {
        input: context.value(input.id),
        output: context.batchOutput(node),
        elements: elementsOf(node.shape),
        piece: greatestCommonDivisor(input.layout.run, node.layout.run),
        inputRun: input.layout.run,
        inputStride: input.layout.stride,
        inputRow: rowFloats(input),
        outputRun: node.layout.run,
        outputStride: node.layout.stride,
        outputRow: rowFloats(node),
      },
    };
  },
};

export const copyGradients: GradientRules<"copy"> = {
  copy: (builder, { inputs }, gradient) => [
    builder.addLike("copy", [gradient!], { attributes: {}, like: inputs[0]! }),
  ],
};
