/**
 * A schedule says which learning rate a step has. It is a pure function of the settings, the place in the training and
 * the epochs so far, so it has no state that a checkpoint would have to keep.
 *
 * Formulas and defaults are those of `torch.optim.lr_scheduler` where it has the schedule; the factors are applied to
 * `training.learningRate` in closed form.
 */
import { z } from "zod";

import type { EpochRecord } from "../epoch-record.ts";

/** A linear warm-up, which any schedule can have in front: its own time begins when the warm-up is over. */
export const warmupFields = {
  /** Length of the warm-up in steps. Give at most one of the three lengths; defaults to none. */
  warmupSteps: z.int().min(0).optional(),
  /** Length of the warm-up in epochs; fractions are rounded to whole steps. */
  warmupEpochs: z.number().min(0).optional(),
  /** Length of the warm-up as a share of all steps, from 0 up to 1. */
  warmupFraction: z.number().min(0).lt(1).optional(),
  /** Share of the rate that the first step has. Defaults to 1/3, as `start_factor` of PyTorch's LinearLR. */
  warmupStart: z
    .number()
    .min(0)
    .max(1)
    .default(1 / 3),
};

/** In what the schedule counts its time and in what its lengths are given. */
export const perField = (unit: "step" | "epoch") => z.enum(["step", "epoch"]).default(unit);

/** Where a training stands. */
export interface ScheduleMoment {
  /** `training.learningRate`. */
  readonly learningRate: number;
  /** Steps or epochs since the end of the warm-up, from 0. */
  readonly time: number;
  /** Steps or epochs from the end of the warm-up to the end of the training; at least 1. */
  readonly length: number;
  /** Of the epochs that are done. */
  readonly history: readonly EpochRecord[];
}

type ScheduleSchema = z.ZodObject<
  typeof warmupFields & {
    readonly kind: z.ZodLiteral<string>;
    readonly per: z.ZodType<"step" | "epoch">;
  }
>;

export interface Schedule<Schema extends ScheduleSchema = ScheduleSchema> {
  readonly schema: Schema;
  rate(settings: z.output<Schema>, moment: ScheduleMoment): number;
}

/** Lets the compiler infer a schedule's settings from its schema. */
export function defineSchedule<Schema extends ScheduleSchema>(schedule: Schedule<Schema>): Schedule<Schema> {
  return schedule;
}
