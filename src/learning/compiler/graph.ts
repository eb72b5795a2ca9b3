/**
 * The graph: what has to be computed, before anything is said about memory or order. Nodes are immutable, each makes one
 * value, and refer to their inputs; a pass is a function from graph to graph.
 */
import { paddedRows, type Layout } from "../plan/index.ts";
import type { NodeId } from "./node-id.ts";
import type { OpAttributes } from "./op-attributes.ts";

export type { NodeId };

export type OpName = keyof OpAttributes;

interface NodeOf<Op extends OpName> {
  readonly id: NodeId;
  readonly op: Op;
  readonly inputs: readonly NodeId[];
  readonly attributes: OpAttributes[Op];
  /** Of one example for values of a batch, of the whole for weights and their gradients. Without padding. */
  readonly shape: readonly number[];
  readonly layout: Layout;
}

export type GraphNode<Op extends OpName = OpName> = { [Name in Op]: NodeOf<Name> }[Op];

export interface Graph {
  readonly nodes: readonly GraphNode[];
  /** Nodes that are wanted for what they do, in the order in which they should happen. */
  readonly effects: readonly NodeId[];
}

export function isOp<Op extends OpName>(node: GraphNode, op: Op): node is Extract<GraphNode, { op: Op }> {
  return node.op === op;
}

/** Whether a value is the batch's examples, which lie without padding between pixels. */
export function isGathered(node: GraphNode): boolean {
  return isOp(node, "features") || isOp(node, "mixFeatures");
}

export interface NodeOptions<Op extends OpName> {
  readonly attributes: OpAttributes[Op];
  readonly shape: readonly number[];
  /** Defaults to rows whose last dimension is padded. */
  readonly layout?: Layout;
}

/** Appends nodes; the only place where ids are made. */
export class GraphBuilder {
  readonly nodes: GraphNode[];
  readonly effects: NodeId[] = [];

  constructor(nodes: readonly GraphNode[] = []) {
    this.nodes = [...nodes];
  }

  add<Op extends OpName>(
    op: Op,
    inputs: readonly NodeId[],
    { attributes, shape, layout = paddedRows(shape) }: NodeOptions<Op>,
  ): NodeId {
    const id = this.nodes.length as NodeId;
    this.nodes.push({ id, op, inputs, attributes, shape, layout } as GraphNode);
    return id;
  }

  /** Appends a node whose value is shaped and laid out as another's. */
  addLike<Op extends OpName>(
    op: Op,
    inputs: readonly NodeId[],
    { attributes, like }: { attributes: OpAttributes[Op]; like: NodeId },
  ): NodeId {
    const { shape, layout } = this.node(like);
    return this.add(op, inputs, { attributes, shape, layout });
  }

  node(id: NodeId): GraphNode {
    return this.nodes[id]!;
  }

  build(): Graph {
    return { nodes: this.nodes, effects: this.effects };
  }
}

/** Which nodes read each value, among those that an effect needs. */
export function consumersOf(graph: Graph): Map<NodeId, GraphNode[]> {
  const consumers = new Map<NodeId, GraphNode[]>();
  const seen = new Set<NodeId>();
  // Networks may be thousands of layers deep: no recursion.
  const pending = [...graph.effects];
  while (pending.length > 0) {
    const id = pending.pop()!;
    if (seen.has(id)) continue;
    seen.add(id);
    const node = graph.nodes[id]!;
    for (const input of node.inputs) {
      const known = consumers.get(input);
      if (known === undefined) consumers.set(input, [node]);
      else known.push(node);
      pending.push(input);
    }
  }
  return consumers;
}

/** A copy in which some nodes stand in place of others; the replaced ones are left without readers. */
export function replaceNodes(graph: Graph, replacements: ReadonlyMap<NodeId, GraphNode>): Graph {
  return { nodes: graph.nodes.map((node) => replacements.get(node.id) ?? node), effects: graph.effects };
}
