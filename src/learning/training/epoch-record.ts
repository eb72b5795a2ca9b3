import type { Histogram } from "./measures/histogram.ts";

/** What one epoch leaves behind. */
export interface EpochRecord {
  /** Counts from 1. */
  readonly epoch: number;
  /** By name, `where/what`: `train/loss`, `validation/accuracy`, `hidden1/weight-mean-absolute`, `train/seconds` ... */
  readonly metrics: Readonly<Record<string, number>>;
  /**
   * With `training.measure: [histograms]`, by name: `hidden1/weight` after the epoch, `hidden1/gradient` and
   * `relu1/activation` in its last step. Not kept in a run's history.
   */
  readonly histograms?: Readonly<Record<string, Histogram>>;
  /** The best epoch so far by `training.stopping.metric`; absent while that had no finite value. */
  readonly bestEpoch?: number;
  /** Set when loss or weights are no longer finite: the training is over, and that is its result. */
  readonly divergedAt?: Divergence;
  /** Set on the last record of a training that ended before all its epochs were done. */
  readonly stoppedEarly?: EarlyStop;
}

export interface Divergence {
  /** The step after which it was seen; counts from 1 over the whole training. */
  readonly step: number;
  /** Where it was found: the layer whose weights are not finite, or the largest; `input` when the data is not finite. */
  readonly layer: string;
  readonly message: string;
}

export interface EarlyStop {
  /** patience, time-limit, divergence: rules of `training.stopping`; request: somebody called `stop`. */
  readonly reason: "patience" | "time-limit" | "divergence" | "request";
  readonly message: string;
  /** False when another run of the same document may end with another epoch. */
  readonly isReproducible: boolean;
}

/** Times differ from run to run; everything else is part of what must be reproduced. */
export function isReproducible(metric: string): boolean {
  return !metric.endsWith("/seconds");
}
