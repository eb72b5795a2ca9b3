/** From scheduled nodes to kernel calls: which kernel stands for an op, and which buffers it gets. */
import { internalError } from "../../base/index.ts";
import type { ActivationName } from "../model/index.ts";
import {
  noBuffer,
  padFeatures,
  signatureOf,
  type BufferId,
  type KernelCall,
  type KernelName,
  type PlanPhase,
} from "../plan/index.ts";
import type { GraphNode, NodeId, OpName } from "./graph.ts";
import type { PlanDraft } from "./plan-draft.ts";

/** What a lowering rule can ask for. */
interface LoweringContext {
  readonly draft: PlanDraft;
  readonly chunkSize: number;
  /** True when a step is a single chunk, so that no partial sums need a place. */
  readonly isOneChunk: boolean;
  readonly nodes: readonly GraphNode[];
  /** Buffer of a node's value. */
  readonly value: (id: NodeId) => BufferId;
  /** Buffer for this node's own value: [batch, padded features]. */
  batchOutput(node: GraphNode): BufferId;
  /** Scratch of the size of input number `input` of the node, a value of a batch. */
  packed(node: GraphNode, input: number): BufferId;
  /** Buffer for this node's own value, of the size of a weight. */
  weightOutput(node: GraphNode): BufferId;
}

/** The call of a node; undefined for nodes that need none. */
type LoweringRule<Op extends OpName> = (
  context: LoweringContext,
  node: GraphNode<Op>,
) => KernelCall | undefined;

const paddedLast = (shape: readonly number[]) => padFeatures(shape.at(-1)!);

function choiceOf(kernel: KernelName, argument: string, name: ActivationName | "none"): number {
  const signature = signatureOf(kernel).arguments[argument]!;
  if (signature.kind !== "choice")
    throw internalError(`kernel \`${kernel}\`: \`${argument}\` is not a choice`);
  return signature.names.indexOf(name);
}

const rules: { readonly [Op in OpName]: LoweringRule<Op> } = {
  features: (context, node) => ({
    kernel: node.attributes.source === "bytes" ? "gatherBytes" : "gatherFloats",
    arguments: {
      output: context.batchOutput(node),
      features: node.shape[0]!,
      stride: paddedLast(node.shape),
      scaling: context.draft.slot("inputScale"),
    },
  }),

  labels: (context, node) => ({
    kernel: "gatherLabels",
    arguments: { output: context.draft.temporary(`labels`, [context.chunkSize], node.id) },
  }),

  weight: ({ draft }, { id, attributes: { weight } }) => {
    draft.weight(weight, id);
    return undefined;
  },

  dense: (context, node) => {
    const [input, weight, bias] = node.inputs as readonly [NodeId, NodeId, NodeId];
    return {
      kernel: "denseForward",
      arguments: {
        input: context.value(input),
        weight: context.value(weight),
        bias: context.value(bias),
        output: context.batchOutput(node),
        in: paddedLast(context.nodes[input]!.shape),
        out: paddedLast(node.shape),
        activation: choiceOf("denseForward", "activation", node.attributes.activation),
      },
    };
  },

  activation: (context, node) => ({
    kernel: "activationForward",
    arguments: {
      input: context.value(node.inputs[0]!),
      output: context.batchOutput(node),
      features: node.shape.at(-1)!,
      stride: paddedLast(node.shape),
      activation: choiceOf("activationForward", "activation", node.attributes.activation),
    },
  }),

  activationGradient: (context, node) => ({
    kernel: "activationGradient",
    arguments: {
      output: context.value(node.inputs[0]!),
      outputGradient: context.value(node.inputs[1]!),
      inputGradient: context.batchOutput(node),
      features: node.shape.at(-1)!,
      stride: paddedLast(node.shape),
      activation: choiceOf("activationGradient", "activation", node.attributes.activation),
    },
  }),

  softmaxCrossEntropy: (context, { inputs }) =>
    crossEntropyCall(context, inputs, { gradient: noBuffer, totals: context.draft.slot("loss") }),

  // The kernel adds up the loss in any case: where another node does that already, these totals are not read.
  softmaxCrossEntropyGradient: (context, node) =>
    crossEntropyCall(context, node.inputs, {
      gradient: context.batchOutput(node),
      totals: node.attributes.addsTotals ? context.draft.slot("loss") : context.draft.spareSlots(2),
    }),

  denseInputGradient: (context, node) => {
    const [gradient, weight, activated] = node.inputs as readonly [NodeId, NodeId, NodeId | undefined];
    const weightShape = context.nodes[weight]!.shape;
    return {
      kernel: "denseInputGradient",
      arguments: {
        outputGradient: context.value(gradient),
        weight: context.value(weight),
        transposed: context.draft.scratchWeight(`transposed weight of node ${node.id}`, weightShape),
        inputGradient: context.batchOutput(node),
        activated: activated === undefined ? noBuffer : context.value(activated),
        in: padFeatures(weightShape[0]!),
        out: padFeatures(weightShape[1]!),
      },
    };
  },

  denseWeightGradient: (context, node) => ({
    kernel: "denseWeightGradient",
    arguments: {
      input: context.value(node.inputs[0]!),
      outputGradient: context.value(node.inputs[1]!),
      packed: context.packed(node, 1),
      weightGradient: context.weightOutput(node),
      in: padFeatures(node.shape[0]!),
      out: padFeatures(node.shape[1]!),
    },
  }),

  denseBiasGradient: (context, node) => ({
    kernel: "denseBiasGradient",
    arguments: {
      outputGradient: context.value(node.inputs[0]!),
      biasGradient: context.weightOutput(node),
      out: paddedLast(node.shape),
    },
  }),

  optimizerAdvance: ({ draft }, { attributes: { kernel } }) => ({
    kernel,
    arguments: { settings: draft.slot("optimizer") },
  }),

  optimizerUpdate: (context, node) => {
    const { kernel, state } = node.attributes;
    const weight = context.value(node.inputs[0]!);
    return {
      kernel,
      arguments: withoutOptionalBuffers(kernel, {
        weight,
        gradient: context.value(node.inputs[1]!),
        ...context.draft.optimizerState(weight, state),
        count: context.draft.floatsOf(weight),
        settings: context.draft.slot("optimizer"),
      }),
    };
  },

  denseWeightAdam: (context, node) => {
    const [input, gradient, weightNode] = node.inputs as readonly [NodeId, NodeId, NodeId];
    const weight = context.value(weightNode);
    return {
      kernel: "denseWeightAdam",
      arguments: {
        input: context.value(input),
        outputGradient: context.value(gradient),
        packed: context.packed(node, 1),
        weight,
        ...context.draft.optimizerState(weight, node.attributes.state),
        partial: context.isOneChunk
          ? noBuffer
          : context.draft.scratchWeight(`partial gradient of node ${node.id}`, node.shape),
        magnitude: context.draft.temporary(`magnitude of node ${node.id}`, [1, node.shape[1]!], node.id),
        in: padFeatures(node.shape[0]!),
        out: padFeatures(node.shape[1]!),
        settings: context.draft.slot("optimizer"),
      },
    };
  },

  absoluteSum: ({ draft, value }, { inputs, attributes: { slot } }) => ({
    kernel: "absoluteSum",
    arguments: {
      values: value(inputs[0]!),
      count: draft.floatsOf(value(inputs[0]!)),
      total: draft.slot(slot),
    },
  }),
};

/**
 * Examples that are worked through together. So many rows of 784 floats take 0.4 MB and stay in a second-level cache of
 * 1 to 2 MB, beside weights and partial gradients, from the gather to the weight gradient. One number for all machines,
 * since it decides the order of sums, and at most one block of a product (`LONGEST_BLOCK` in kernels/matmul.c).
 */
const longestChunk = 128;

function crossEntropyCall(
  context: LoweringContext,
  inputs: readonly NodeId[],
  { gradient, totals }: { gradient: BufferId; totals: number },
): KernelCall {
  const [logits, labels] = inputs as readonly [NodeId, NodeId];
  const { shape } = context.nodes[logits]!;
  return {
    kernel: "softmaxCrossEntropy",
    arguments: {
      logits: context.value(logits),
      labels: context.value(labels),
      gradient,
      classes: shape.at(-1)!,
      stride: paddedLast(shape),
      totals,
    },
  };
}

/** Fills in `noBuffer` for optional buffers that are not given. */
function withoutOptionalBuffers(kernel: KernelName, given: Record<string, number>): Record<string, number> {
  const names = Object.keys(signatureOf(kernel).arguments);
  return Object.fromEntries(names.map((name) => [name, given[name] ?? noBuffer]));
}

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
    const rule = rules[node.op] as LoweringRule<OpName>;
    return rule(context, node) ?? [];
  });
  return { batchSize, chunkSize, calls };
}
