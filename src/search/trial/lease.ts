import type { TrialId } from "./records.ts";

/** A worker's claim on a running trial, as it stands. */
export interface LeaseRecord {
  readonly trialId: TrialId;
  /** Of the trial. */
  readonly number: number;
  readonly attempt: number;
  readonly worker: string;
  /** A worker that does not renew for this long has lost its trial. */
  readonly leaseMs: number;
  /** Another value after each renewal. By the clock of the worker's machine, so nobody else's clock is compared with it. */
  readonly leaseExpiresAt: number;
}
