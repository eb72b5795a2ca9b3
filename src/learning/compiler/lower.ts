/** From scheduled nodes to the kernel calls of a phase. */
import type { PlanPhase } from "../plan/index.ts";
import type { GraphNode, OpName } from "./graph.ts";
import type { LoweringContext, LoweringRule } from "./lowering.ts";
import { lowerings } from "./ops/index.ts";
import type { PlanDraft } from "./plan-draft.ts";

/**
 * Examples that are worked through together. So many rows of 784 floats take 0.4 MB and stay in a second-level cache of
 * 1 to 2 MB, beside weights and partial gradients, from the gather to the weight gradient. One number for all machines,
 * since it decides the order of sums, and at most one block of a product (`LONGEST_BLOCK` in kernels/matmul.c).
 */
const longestChunk = 128;

/** Turns nodes into the calls of one phase and declares their buffers in the draft. */
export function lowerNodes(
  draft: PlanDraft,
  nodes: readonly GraphNode[],
  options: {
    readonly allNodes: readonly GraphNode[];
    readonly batchSize: number;
  },
): PlanPhase {
  const { batchSize, allNodes } = options;
  const chunkSize = Math.ceil(batchSize / Math.ceil(batchSize / longestChunk));
  draft.beginPhase();
  const context: LoweringContext = {
    draft,
    chunkSize,
    isOneChunk: chunkSize >= batchSize,
    nodes: allNodes,
    value: (id) => draft.valueOf(id),
    batchOutput: (node) => draft.temporary(`${node.op} ${node.id}`, [chunkSize, ...node.shape], node.id),
    packed: (node, input) =>
      draft.scratch(`packed input of node ${node.id}`, [chunkSize, ...allNodes[node.inputs[input]!]!.shape]),
    weightOutput: (node) => draft.temporaryWeight(`${node.op} ${node.id}`, node.shape, node.id),
  };
  const calls = nodes.flatMap((node) => {
    const rule = lowerings[node.op] as LoweringRule<OpName>;
    return rule(context, node) ?? [];
  });
  return { batchSize, chunkSize, calls };
}
