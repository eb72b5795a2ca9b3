/** When a training ends before its last epoch, and which of its epochs is the best. Pure functions of the history. */
import { z } from "zod";

import type { EarlyStop, EpochRecord } from "./epoch-record.ts";
import { directionOfMetric } from "./metric-direction.ts";
import { metricSchema } from "./metric-names.ts";

export const stoppingSchema = z.strictObject({
  /** What the best epoch is best in. Defaults to `validation/loss`. */
  metric: metricSchema.default("validation/loss"),
  /** Whether less or more of the metric is better. Defaults to what its name says. */
  direction: z.enum(["minimize", "maximize"]).optional(),
  /** Stop after so many epochs without an improvement. Defaults to never. */
  patience: z.int().min(1).max(1_000_000).optional(),
  /** By how much the metric must be better to count as an improvement, in its own unit. Defaults to 0. */
  minimumDelta: z.number().min(0).default(0),
  /**
   * Stop after the epoch with which training and evaluation have taken so many seconds. Defaults to never. A result that
   * a time limit ended cannot be reproduced by its document alone.
   */
  timeLimitSeconds: z.number().positive().optional(),
  /** Stop when the training loss is more than so many times the smallest of an epoch before. Defaults to never. */
  divergenceFactor: z.number().gt(1).optional(),
});

type Stopping = z.output<typeof stoppingSchema>;

/** By how much `a` is better than `b`. */
function gain(a: number, b: number, direction: "minimize" | "maximize"): number {
  return direction === "minimize" ? b - a : a - b;
}

/** The first epoch with the best finite value of the metric; undefined when there is none. */
export function bestEpochOf(
  history: readonly EpochRecord[],
  stopping: Pick<Stopping, "metric" | "direction" | "minimumDelta">,
): number | undefined {
  const direction = directionOfMetric(stopping.metric, stopping.direction);
  let best: { readonly epoch: number; readonly value: number } | undefined;
  for (const { epoch, metrics } of history) {
    const value = metrics[stopping.metric];
    if (value === undefined || !Number.isFinite(value)) continue;
    if (best === undefined || gain(value, best.value, direction) > stopping.minimumDelta)
      best = { epoch, value };
  }
  return best?.epoch;
}

/** Why the training ends with the last epoch of the history; undefined when it goes on. */
export function earlyStopOf(history: readonly EpochRecord[], stopping: Stopping): EarlyStop | undefined {
  const { metric, patience, timeLimitSeconds, divergenceFactor } = stopping;
  const { epoch } = history.at(-1)!;
  if (patience !== undefined) {
    const improved = bestEpochOf(history, stopping) ?? history[0]!.epoch - 1;
    if (epoch - improved >= patience) {
      const message = `\`${metric}\` has not improved for ${patience} ${patience === 1 ? "epoch" : "epochs"}, since epoch ${improved}.`;
      return { reason: "patience", message, isReproducible: true };
    }
  }
  if (divergenceFactor !== undefined) {
    const losses = history.map(({ metrics }) => metrics["train/loss"]!);
    const last = losses.pop()!;
    const least = losses.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
    if (last > divergenceFactor * least) {
      const message = `the training loss ${last} is more than ${divergenceFactor} times ${least}, the smallest before.`;
      return { reason: "divergence", message, isReproducible: true };
    }
  }
  if (timeLimitSeconds !== undefined) {
    const seconds = secondsOf(history);
    if (seconds >= timeLimitSeconds) {
      const message = `the time limit of ${timeLimitSeconds} s is over: ${seconds.toFixed(1)} s have been trained.`;
      return { reason: "time-limit", message, isReproducible: false };
    }
  }
  return undefined;
}

/** All the time that the epochs' passes took. */
function secondsOf(history: readonly EpochRecord[]): number {
  return history
    .flatMap(({ metrics }) => Object.entries(metrics))
    .reduce((sum, [name, value]) => (name.endsWith("/seconds") ? sum + value : sum), 0);
}
