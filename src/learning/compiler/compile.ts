/** Model, loss, optimiser and batch size to a verified plan. */
import { internalError } from "../../base/index.ts";
import { inferShapes, inputName, isTrained, type Layer, type WeightDescription } from "../model/index.ts";
import { verifyPlan, type BufferId, type KernelName, type Plan } from "../plan/index.ts";
import { addLoss } from "./add-loss.ts";
import { addFeatures, addMixes, type FeaturesOptions } from "./add-features.ts";
import { addForward } from "./forward.ts";
import { addGradients } from "./gradients.ts";
import { GraphBuilder, isOp, type Graph, type NodeId, type OpName } from "./graph.ts";
import type { Labelling, LossRule } from "./loss-rule.ts";
import type { Mixing, OpAttributes } from "./op-attributes.ts";
import { lowerNodes } from "./lower.ts";
import { inputScalingName } from "./ops/gather-settings.ts";
import {
  findMeasured,
  measureActivations,
  measureGradient,
  measureNothing,
  measureSlots,
  measureWeight,
  type Measured,
  type MeasureOptions,
} from "./measure.ts";
import { passes as allPasses, type Pass } from "./passes/index.ts";
import type { LayerToLower } from "./layer-lowering.ts";
import { PlanDraft, type InitialSlot, type RandomKey } from "./plan-draft.ts";
import { placeBuffers } from "./place-buffers.ts";
import { scheduleNodes } from "./schedule.ts";

/** What the compiler must know of an optimiser. */
export interface OptimizerRule {
  /** Changes one weight by its gradient. Its buffer arguments are weight, gradient and those of `state`. */
  readonly update: KernelName;
  /** Runs once at the start of each step. */
  readonly advance?: KernelName;
  /** Names of the buffers kept per weight. */
  readonly state: readonly string[];
  /** Names of the slots of the kernels' `settings`, in order. */
  readonly slots: readonly string[];
  /** The elements of gradients are clipped, which needs them in memory. Defaults to false. */
  readonly clipsGradients?: boolean;
  /** The norm over all gradients is clipped. Defaults to false. */
  readonly clipsNorm?: boolean;
  /** The loss has an L2 penalty. Defaults to false. */
  readonly isPenalized?: boolean;
  /** An average of the weights is what is evaluated and kept. Defaults to false. */
  readonly isAveraged?: boolean;
  /** Which weights the penalty and both decays pass by. Defaults to `none`. */
  readonly decayExcludes?: DecayExcludes;
}

export type DecayExcludes = "none" | "biases-and-normalization";

export interface CompileOptions extends Omit<FeaturesOptions, "mixes"> {
  /** Of training examples with others. Defaults to none. */
  readonly mixing?: Mixing | undefined;
  readonly layers: readonly Layer[];
  readonly labelling: Labelling;
  readonly loss: LossRule;
  readonly optimizer: OptimizerRule;
  /** Examples in a step. */
  readonly batchSize: number;
  /** Examples over which statistics of a batch are taken. Defaults to the batch size. */
  readonly microBatchSize?: number;
  readonly evaluationBatchSize: number;
  /** Defaults to magnitudes of gradients and weights alone. */
  readonly measure?: MeasureOptions;
  /** Defaults to all; tests compare plans with and without. */
  readonly passes?: readonly Pass[];
}

export interface CompiledWeight {
  readonly description: WeightDescription;
  /** What is evaluated and kept. */
  readonly buffer: BufferId;
  /** What steps change: the same, unless `buffer` is an average of it. */
  readonly trained: BufferId;
}

/** A plan with the names by which a training loop finds its parts. */
export interface CompiledModel {
  readonly plan: Plan;
  readonly weights: readonly CompiledWeight[];
  /** With a scale for each feature: where they are, [2, features padded], all scales and then all shifts. */
  readonly inputScaling: BufferId | undefined;
  /**
   * Index of a slot by name: inputScale, inputShift, loss, correct, lossWeight, absoluteError, squaredError, step, epoch,
   * optimizer/..., LAYER.weight/gradient, LAYER.weight/weight, and when they are measured LAYER.weight/gradient-norm,
   * LAYER.weight/weight-norm, LAYER.weight/update-ratio and histograms.
   */
  readonly slots: Readonly<Record<string, number>>;
  /** Settings of layers, to be written before the first step. */
  readonly initialSlots: readonly InitialSlot[];
  /** Keys of random streams, to be derived from the seed before the first step. */
  readonly randomKeys: readonly RandomKey[];
  readonly measured: Measured;
}

/** What the losses' kernels add to, in their order; the caller clears and reads them. */
const totalSlots = ["loss", "correct", "lossWeight", "absoluteError", "squaredError"];

/** Slots that every plan has. `step` counts steps; `epoch`, written by the caller, counts from 1. */
const fixedSlots = ["inputScale", "inputShift", ...totalSlots, "step", "epoch"];

/** @throws SHAPE_MISMATCH when the layers do not fit the input or each other. */
export function compileModel(options: CompileOptions): CompiledModel {
  const { optimizer, batchSize, evaluationBatchSize, passes = Object.values(allPasses) } = options;
  const { microBatchSize = batchSize, measure = measureNothing } = options;
  const inferred = inferShapes(options.layers, options.inputShape);
  const descriptions = inferred.flatMap((layer) => layer.weights);
  const slots = [
    ...fixedSlots,
    ...optimizer.slots.map((name) => `optimizer/${name}`),
    ...measureSlots(inferred, measure),
  ];

  const addModel = (builder: GraphBuilder, phase: LayerToLower["phase"]): NodeId => {
    const isTraining = phase === "train";
    const { mixing, augmentation, ...common } = options;
    const mixes =
      isTraining && mixing !== undefined
        ? addMixes(builder, { ...options, mixing, examples: batchSize })
        : undefined;
    const input = addFeatures(builder, isTraining ? { ...common, augmentation, mixes } : common);
    const values = addForward(builder, inferred, { input, phase });
    measureActivations(builder, values, { layers: inferred, phase, measure });
    const output = values.get(options.layers.at(-1)?.name ?? inputName)!;
    return addLoss(builder, output, { ...options, mixes });
  };

  const draft = new PlanDraft(slots);
  const lower = (graph: Graph, sizes: { batchSize: number; microBatchSize: number }) => {
    const optimized = passes.reduce((current, pass) => pass(current), graph);
    return lowerNodes(draft, scheduleNodes(optimized), { allNodes: optimized.nodes, ...sizes });
  };
  const alone = (size: number) => ({ batchSize: size, microBatchSize: size });
  const phases = {
    train: lower(trainingGraph(addModel, { optimizer, measure }), { batchSize, microBatchSize }),
    evaluate: lower(evaluationGraph(addModel), alone(evaluationBatchSize)),
    measure: lower(measuringGraph(draft, { weights: descriptions, measure }), alone(1)),
  };
  const plan: Plan = { ...placeBuffers(draft.buffers, phases), slots: draft.slots, phases };
  verifyPlan(plan);
  const bufferNamed = (wanted: string) => plan.buffers.findIndex(({ name }) => name === wanted) as BufferId;
  const weights = descriptions.map((description) => {
    const buffer = bufferNamed(description.name);
    const trained = bufferNamed(`${description.name}.trained`);
    return { description, buffer, trained: trained < 0 ? buffer : trained };
  });
  const inputScaling = bufferNamed(inputScalingName);
  return {
    plan,
    weights,
    inputScaling: inputScaling < 0 ? undefined : inputScaling,
    slots: Object.fromEntries(slots.map((name, index) => [name, index])),
    initialSlots: draft.initialSlots,
    randomKeys: draft.randomKeys,
    measured: findMeasured(plan, inferred, measure),
  };
}

type AddModel = (builder: GraphBuilder, phase: LayerToLower["phase"]) => NodeId;

function trainingGraph(
  addModel: AddModel,
  { optimizer, measure }: { optimizer: OptimizerRule; measure: MeasureOptions },
): Graph {
  const builder = new GraphBuilder();
  const loss = addModel(builder, "train");
  const addEffect = <Op extends OpName>(op: Op, inputs: readonly NodeId[], attributes: OpAttributes[Op]) => {
    builder.effects.push(builder.add(op, inputs, { attributes, shape: [] }));
  };
  if (optimizer.advance !== undefined) addEffect("optimizerAdvance", [], { kernel: optimizer.advance });
  builder.effects.push(loss);
  const trained = [...addGradients(builder, loss)].map(([id, gradient]) => {
    const node = builder.node(id);
    if (!isOp(node, "weight")) throw internalError(`node ${id} is no weight`);
    const { weight } = node.attributes;
    const decays = optimizer.decayExcludes !== "biases-and-normalization" || weight.role === "weight";
    const isPenalized = decays && optimizer.isPenalized === true;
    return {
      id,
      weight,
      decays,
      gradient: isPenalized
        ? builder.addLike("addPenalty", [id, gradient], { attributes: {}, like: id })
        : gradient,
    };
  });
  if (optimizer.clipsNorm === true) {
    for (const { gradient } of trained) addEffect("addSquares", [gradient], {});
    addEffect("limitNorm", [], {});
  }
  for (const { id, weight, decays, gradient } of trained) {
    const { update: kernel, state, clipsGradients = false, clipsNorm = false } = optimizer;
    const attributes = { kernel, state, decays, clips: clipsGradients || clipsNorm };
    builder.effects.push(builder.addLike("optimizerUpdate", [id, gradient], { attributes, like: id }));
    if (weight.role === "weight") measureGradient(builder, gradient, { name: weight.name, measure });
  }
  if (optimizer.isAveraged === true) {
    for (const { weight } of trained) addEffect("averageWeights", [], { weight });
  }
  addEffect("countStep", [], {});
  const graph = builder.build();
  return optimizer.isAveraged === true ? withAverages(graph) : graph;
}

/** Marks the weights that steps change as having averages. */
function withAverages({ nodes, effects }: Graph): Graph {
  return {
    effects,
    nodes: nodes.map((node) =>
      isOp(node, "weight") && isTrained(node.attributes.weight)
        ? { ...node, attributes: { ...node.attributes, isAveraged: true } }
        : node,
    ),
  };
}

function evaluationGraph(addModel: AddModel): Graph {
  const builder = new GraphBuilder();
  builder.effects.push(addModel(builder, "evaluate"));
  return builder.build();
}

/** Looks at the weights as the other phases have laid them out. */
function measuringGraph(
  draft: PlanDraft,
  { weights, measure }: { weights: readonly WeightDescription[]; measure: MeasureOptions },
): Graph {
  const builder = new GraphBuilder();
  for (const weight of weights.filter(({ role }) => role === "weight")) {
    const { shape, layout } = draft.buffers.find(({ name }) => name === weight.name)!;
    const node = builder.add("weight", [], { attributes: { weight }, shape, layout });
    measureWeight(builder, node, { name: weight.name, measure });
  }
  return builder.build();
}
