/** From scheduled nodes to the kernel calls of a phase. */
import type { PlanPhase } from "../plan/index.ts";
import { chunkSizeOf } from "./chunk-size.ts";
import type { GraphNode, OpName } from "./graph.ts";
import { rowFloats, type LoweringContext, type LoweringRule } from "./lowering.ts";
import { lowerings } from "./ops/index.ts";
import type { PlanDraft } from "./plan-draft.ts";

export interface LowerOptions {
  readonly allNodes: readonly GraphNode[];
  /** Examples in a step. */
  readonly batchSize: number;
  /** Examples over which statistics of a batch are taken; a part of the step's when gradients are accumulated. */
  readonly microBatchSize: number;
}

/** Turns nodes into the calls of one phase and declares their buffers in the draft. */
export function lowerNodes(
  draft: PlanDraft,
  nodes: readonly GraphNode[],
  { allNodes, batchSize, microBatchSize }: LowerOptions,
): PlanPhase {
  const chunkSize = chunkSizeOf(nodes, { batchSize, microBatchSize });
  draft.beginPhase();
  const context: LoweringContext = {
    draft,
    chunkSize,
    isOneChunk: chunkSize >= batchSize,
    nodes: allNodes,
    value: (id) => draft.valueOf(id),
    batchOutput: (node) => draft.batchValue(node, chunkSize),
    beside: (node, name, likeWeight) =>
      draft.besideValue(node, name, likeWeight ?? { ...node, shape: [chunkSize, ...node.shape] }),
    packed: (node, input) =>
      draft.scratch(`packed input of node ${node.id}`, chunkSize * rowFloats(allNodes[node.inputs[input]!]!)),
    weightOutput: (node) => draft.wholeValue(node),
  };
  const calls = nodes.flatMap((node) => {
    const rule = lowerings[node.op] as LoweringRule<OpName>;
    return rule(context, node) ?? [];
  });
  return { batchSize, chunkSize, calls };
}
