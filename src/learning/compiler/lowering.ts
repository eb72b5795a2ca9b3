/** What lowering rules are made with: from a node of the graph to the kernel call that stands for it. */
import { internalError } from "../../base/index.ts";
import {
  floatsOf,
  signatureOf,
  type BufferId,
  type KernelCall,
  type KernelName,
  type LaidOut,
} from "../plan/index.ts";
import type { GraphNode, NodeId, OpName } from "./graph.ts";
import type { PlanDraft } from "./plan-draft.ts";

/** What a lowering rule can ask for. */
export interface LoweringContext {
  readonly draft: PlanDraft;
  readonly chunkSize: number;
  /** True when a step is a single chunk, so that no partial sums need a place. */
  readonly isOneChunk: boolean;
  readonly nodes: readonly GraphNode[];
  /** Buffer of a node's value. */
  readonly value: (id: NodeId) => BufferId;
  /** Buffer for this node's own value: [batch, ...], each example laid out as the node says. */
  batchOutput(node: GraphNode): BufferId;
  /** Buffer for a second value of a node under a name; it goes with the batch as the first does unless it is like a weight. */
  beside(node: GraphNode, name: string, likeWeight?: LaidOut): BufferId;
  /** Scratch of the size of input number `input` of the node, a value of a batch. */
  packed(node: GraphNode, input: number): BufferId;
  /** Buffer for this node's own value, of the size of a weight. */
  weightOutput(node: GraphNode): BufferId;
}

/** The call of a node; undefined for nodes that need none. */
export type LoweringRule<Op extends OpName> = (
  context: LoweringContext,
  node: GraphNode<Op>,
) => KernelCall | undefined;

/** Floats of one example's value, padding included. */
export const rowFloats = (node: GraphNode) => floatsOf(node);

export function choiceOf(kernel: KernelName, argument: string, name: string): number {
  const signature = signatureOf(kernel).arguments[argument]!;
  if (signature.kind !== "choice")
    throw internalError(`kernel \`${kernel}\`: \`${argument}\` is not a choice`);
  const index = signature.names.indexOf(name);
  if (index < 0) throw internalError(`kernel \`${kernel}\`: \`${argument}\` has no choice \`${name}\``);
  return index;
}

/** The rules of some ops. */
export type LoweringRules<Ops extends OpName> = { readonly [Op in Ops]: LoweringRule<Op> };
