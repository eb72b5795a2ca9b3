/** The schedulers, one line each. */
import { z } from "zod";

import { resolveChoice, type ChoiceEntry, type ChoiceInput, type SchedulerChoice } from "../trial/index.ts";
import { ashaOptions, createAshaScheduler } from "./asha.ts";
import { createPatienceScheduler, patienceOptions } from "./patience.ts";
import {
  createMedianScheduler,
  createPercentileScheduler,
  medianOptions,
  percentileOptions,
} from "./percentile.ts";
import type { Scheduler, SchedulerContext } from "./scheduler.ts";
import { createThresholdScheduler, thresholdOptions } from "./threshold.ts";

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
  median: scheduler(medianOptions, createMedianScheduler),
  patience: scheduler(patienceOptions, createPatienceScheduler),
  percentile: scheduler(percentileOptions, createPercentileScheduler),
  threshold: scheduler(thresholdOptions, createThresholdScheduler),
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
