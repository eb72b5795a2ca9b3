import type { Json } from "../../base/index.ts";

/** A point of a curve, smaller is better; what was reported as NaN is NaN. */
export interface LossPoint {
  readonly step: number;
  readonly loss: number;
}

/** A scheduler's decision on one trial, kept with it so that it can be explained. */
export interface Ruling {
  /** complete: the trial ends here and counts in full. stop: it ends without counting as finished. */
  readonly action: "stop" | "pause" | "complete";
  /** Name of the scheduler, for example `asha`. */
  readonly rule: string;
  /** The step at which it was judged. */
  readonly step: number;
  readonly rung?: number;
  readonly bracket?: number;
  /** Its place among those it was compared with, from 1. */
  readonly rank?: number;
  /** How many they were, itself included. */
  readonly of?: number;
  /** What of the trial was compared, as a loss. */
  readonly loss?: number;
  /** What it was compared with, as a loss. */
  readonly threshold?: number;
  readonly probability?: number;
  readonly facts?: Readonly<Record<string, Json>>;
}
