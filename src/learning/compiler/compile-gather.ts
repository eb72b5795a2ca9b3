import { verifyPlan, type BufferId, type Plan } from "../plan/index.ts";
import { addFeatures, addMixes, type FeaturesOptions } from "./add-features.ts";
import type { CompiledModel, CompileOptions } from "./compile.ts";
import { GraphBuilder } from "./graph.ts";
import { lowerNodes } from "./lower.ts";
import { inputScalingName } from "./ops/gather-settings.ts";
import { placeBuffers } from "./place-buffers.ts";
import { PlanDraft } from "./plan-draft.ts";
import { scheduleNodes } from "./schedule.ts";

const slotNames = ["inputScale", "inputShift", "epoch"] as const;

/** A plan whose steps gather a batch and do nothing with it. */
export interface CompiledGather extends Pick<
  CompiledModel,
  "plan" | "inputScaling" | "initialSlots" | "randomKeys"
> {
  readonly slots: Readonly<Record<(typeof slotNames)[number], number>>;
  /** The batch of a step of phase `train`, [its batch size, stride]. */
  readonly output: BufferId;
}

export type GatherOptions = Pick<CompileOptions, keyof Omit<FeaturesOptions, "mixes"> | "mixing">;

/**
 * What a network sees of a batch, by the calls that a plan for training begins with.
 *
 * @param batchSize of a step, at most: fewer of large examples
 */
export function compileGather({ mixing, ...options }: GatherOptions, batchSize: number): CompiledGather {
  const draft = new PlanDraft(slotNames);
  const builder = new GraphBuilder();
  const mixes = mixing && addMixes(builder, { ...options, mixing, examples: batchSize });
  const features = addFeatures(builder, { ...options, mixes });
  builder.effects.push(features);
  const graph = builder.build();
  const sizes = { batchSize, microBatchSize: batchSize };
  const train = lowerNodes(draft, scheduleNodes(graph), { allNodes: graph.nodes, ...sizes });
  const idle = { batchSize: 1, chunkSize: 1, calls: [] };
  // All of a step's batch lies in memory when it is over, so it is a chunk at most.
  const phases = { train: { ...train, batchSize: train.chunkSize }, evaluate: idle, measure: idle };
  const plan: Plan = { ...placeBuffers(draft.buffers, phases), slots: draft.slots, phases };
  verifyPlan(plan);
  const scaling = plan.buffers.findIndex(({ name }) => name === inputScalingName) as BufferId;
  return {
    plan,
    slots: {
      inputScale: draft.slot("inputScale"),
      inputShift: draft.slot("inputShift"),
      epoch: draft.slot("epoch"),
    },
    inputScaling: scaling < 0 ? undefined : scaling,
    initialSlots: draft.initialSlots,
    randomKeys: draft.randomKeys,
    output: draft.valueOf(features),
  };
}
