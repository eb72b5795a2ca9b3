/**
 * What a writing program says once a write resolved: the oracle outside the store. Every value follows from its trial and
 * step, so a store can also be caught at a value that nobody acknowledged.
 */
export type Acknowledgement = {
  readonly number: number;
  readonly attempt: number;
} & (
  | { readonly kind: "claimed"; readonly worker: string }
  | { readonly kind: "reported"; readonly step: number; readonly value: number }
  | { readonly kind: "completed" }
);

export const acknowledgedStudy = "fixture";
export const reportedMetric = "validation/accuracy";
export const stepsPerTrial = 7;

export function valueAt(number: number, step: number): number {
  return number * 1000 + step;
}
