/** What one epoch leaves behind. */
export interface EpochRecord {
  /** Counts from 1. */
  readonly epoch: number;
  /** By name, `where/what`: `train/loss`, `validation/accuracy`, `hidden1/weight-mean-absolute`, `train/seconds` ... */
  readonly metrics: Readonly<Record<string, number>>;
  /** Set when the loss is no longer finite: the training is over, and that is its result. */
  readonly divergedAt?: { readonly step: number; readonly message: string };
}

/** Times differ from run to run; everything else is part of what must be reproduced. */
export function isReproducible(metric: string): boolean {
  return !metric.endsWith("/seconds");
}
