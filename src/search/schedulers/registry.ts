/** The schedulers, one line each. */
import { z } from "zod";

import { resolveChoice, type ChoiceEntry, type ChoiceInput, type SchedulerChoice } from "../trial/index.ts";
import { ashaOptions, createAshaScheduler } from "./asha.ts";
import {
  createCurveExtrapolationScheduler,
  curveExtrapolationOptions,
} from "./curve-extrapolation/curve-extrapolation.ts";
import { createHyperbandScheduler, hyperbandOptions } from "./hyperband.ts";
import { createPatienceScheduler, patienceOptions } from "./patience.ts";
import { createPbtScheduler, pbtOptions } from "./pbt.ts";
import {
  createMedianScheduler,
  createPercentileScheduler,
  medianOptions,
  percentileOptions,
} from "./percentile.ts";
import type { Scheduler, SchedulerContext } from "./scheduler.ts";
import { createSuccessiveHalvingScheduler, successiveHalvingOptions } from "./successive-halving.ts";
import { createThresholdScheduler, thresholdOptions } from "./threshold.ts";
import { createWandbHyperbandScheduler, wandbHyperbandOptions } from "./wandb-hyperband.ts";
import { createWilcoxonScheduler, wilcoxonOptions } from "./wilcoxon.ts";

interface SchedulerEntry extends ChoiceEntry {
  create(options: Readonly<Record<string, unknown>>, context: SchedulerContext): Scheduler;
}

/** Ties the options that a scheduler is created with to their schema. */
function scheduler<S extends z.ZodObject>(
  options: S,
  create: (options: z.output<S>, context: SchedulerContext) => Scheduler,
): Omit<SchedulerEntry, "options"> & { readonly options: S } {
  return { options, create: (given, context) => create(given as z.output<S>, context) };
}

const entries = {
  asha: scheduler(ashaOptions, createAshaScheduler),
  "curve-extrapolation": scheduler(curveExtrapolationOptions, createCurveExtrapolationScheduler),
  hyperband: scheduler(hyperbandOptions, createHyperbandScheduler),
  median: scheduler(medianOptions, createMedianScheduler),
  patience: scheduler(patienceOptions, createPatienceScheduler),
  pbt: scheduler(pbtOptions, createPbtScheduler),
  percentile: scheduler(percentileOptions, createPercentileScheduler),
  "successive-halving": scheduler(successiveHalvingOptions, createSuccessiveHalvingScheduler),
  threshold: scheduler(thresholdOptions, createThresholdScheduler),
  "wandb-hyperband": scheduler(wandbHyperbandOptions, createWandbHyperbandScheduler),
  wilcoxon: scheduler(wilcoxonOptions, createWilcoxonScheduler),
} satisfies Readonly<Record<string, SchedulerEntry>>;

type SchedulerName = keyof typeof entries;

/** A scheduler as a person writes it: its name, or that beside those of its options that differ from the defaults. */
export type SchedulerInput = {
  readonly [N in SchedulerName]: N | ChoiceInput<N, (typeof entries)[N]["options"]>;
}[SchedulerName];

export const schedulerNames: readonly string[] = Object.keys(entries);

/** @throws INVALID_USAGE for an unknown name or option, with the nearest. */
export function createScheduler(choice: SchedulerChoice, context: SchedulerContext): Scheduler {
  const { entry, options } = resolveChoice("scheduler", choice, entries);
  return entry.create(options, context);
}
