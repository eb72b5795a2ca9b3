import { TunesmithError } from "../../base/index.ts";
import type { TrainingSplits } from "../../learning/data/index.ts";
import { TrainingRun, type TrainingDocument } from "../../learning/training/index.ts";
import type { TrialRecord } from "../../search/trial/index.ts";
import type { TrialContext } from "./trial-context.ts";

/**
 * The trial's training, as far as it is known: from its own checkpoint, else from the weights that it inherits, else from
 * the beginning. The bits are the same in all three cases.
 */
export async function createRun(
  { number, origin }: TrialRecord,
  { runtime, checkpoints, inherit, send }: TrialContext,
  training: { readonly document: TrainingDocument; readonly splits: TrainingSplits },
): Promise<TrainingRun> {
  const parent = origin?.parent;
  const sources = [
    { read: () => checkpoints.read(number), remove: () => checkpoints.remove(number), what: "starts anew" },
    ...(parent === undefined
      ? []
      : [
          {
            read: () => inherit.read(`${parent.number}-${parent.step}`),
            remove: async () => {},
            what: `trains again what it inherits of trial ${parent.number}`,
          },
        ]),
  ];
  for (const { read, remove, what } of sources) {
    const checkpoint = await read();
    if (checkpoint === undefined) continue;
    try {
      return TrainingRun.create({ ...training, runtime, checkpoint });
    } catch (error) {
      if (!(error instanceof TunesmithError) || error.code !== "INVALID_CHECKPOINT") throw error;
      send({ kind: "warning", message: `trial ${number} ${what}: ${error.message}` });
      await remove();
    }
  }
  return TrainingRun.create({ ...training, runtime });
}
