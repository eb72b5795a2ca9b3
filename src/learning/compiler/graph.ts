/**
 * The graph: what has to be computed, before anything is said about memory or order. Nodes are immutable, each makes one
 * value, and refer to their inputs; a pass is a function from graph to graph.
 */
import type { ActivationName, WeightDescription } from "../model/index.ts";
import type { KernelName } from "../plan/index.ts";

declare const nodeIdBrand: unique symbol;
/** Index into `Graph.nodes`. */
export type NodeId = number & { readonly [nodeIdBrand]: true };

/** What each op needs to know besides its inputs. Features are counted without padding. */
export interface OpAttributes {
  /** Inputs: none. The batch's examples [batch, features]. */
  features: { readonly source: "bytes" | "floats" };
  /** Inputs: none. The batch's class indices [batch]. */
  labels: Record<never, never>;
  /** Inputs: none. */
  weight: { readonly weight: WeightDescription };
  /** Inputs: x, weight, bias. */
  dense: { readonly activation: "none" | "relu" };
  /** Inputs: x. */
  activation: { readonly activation: ActivationName };
  /** Inputs: logits, labels. Adds loss and correct predictions to the totals. */
  softmaxCrossEntropy: Record<never, never>;
  /** Inputs: logits, labels. Gradient of the batch's mean loss; `addsTotals` when it stands for the loss too. */
  softmaxCrossEntropyGradient: { readonly addsTotals: boolean };
  /** Inputs: output gradient, weight, and the output of the relu in front of the layer when `isMasked`. */
  denseInputGradient: { readonly isMasked: boolean };
  /** Inputs: x, output gradient. */
  denseWeightGradient: Record<never, never>;
  /** Inputs: output gradient. */
  denseBiasGradient: Record<never, never>;
  /** Inputs: output, output gradient. */
  activationGradient: { readonly activation: ActivationName };
  /** Inputs: none. Begins an optimiser step. */
  optimizerAdvance: { readonly kernel: KernelName };
  /** Inputs: weight, gradient. Changes the weight, so it runs after everything else that reads it. */
  optimizerUpdate: { readonly kernel: KernelName; readonly state: readonly string[] };
  /** Inputs: x, output gradient, weight. Its value is the row of gradient magnitudes. */
  denseWeightAdam: { readonly state: readonly string[] };
  /** Inputs: any. Adds the sum of absolute values to a slot. */
  absoluteSum: { readonly slot: string };
}

export type OpName = keyof OpAttributes;

interface NodeOf<Op extends OpName> {
  readonly id: NodeId;
  readonly op: Op;
  readonly inputs: readonly NodeId[];
  readonly attributes: OpAttributes[Op];
  /** Of one example for values of a batch, of the whole for weights and their gradients. */
  readonly shape: readonly number[];
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
    { attributes, shape }: { attributes: OpAttributes[Op]; shape: readonly number[] },
  ): NodeId {
    const id = this.nodes.length as NodeId;
    this.nodes.push({ id, op, inputs, attributes, shape } as GraphNode);
    return id;
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
  const visit = (id: NodeId): void => {
    if (seen.has(id)) return;
    seen.add(id);
    const node = graph.nodes[id]!;
    for (const input of node.inputs) {
      consumers.set(input, [...(consumers.get(input) ?? []), node]);
      visit(input);
    }
  };
  graph.effects.forEach(visit);
  return consumers;
}

/** A copy in which some nodes stand in place of others; the replaced ones are left without readers. */
export function replaceNodes(graph: Graph, replacements: ReadonlyMap<NodeId, GraphNode>): Graph {
  return { nodes: graph.nodes.map((node) => replacements.get(node.id) ?? node), effects: graph.effects };
}
