import { defaultLeaseMs, type Study } from "../../search/study/index.ts";

export interface HeartbeatOptions {
  readonly study: Pick<Study, "heartbeat">;
  readonly lease: Parameters<Study["heartbeat"]>[0];
  /** Length of the lease. Defaults to the study's usual one. */
  readonly leaseMs?: number | undefined;
  /** The trial is another attempt's now, or the store cannot be used any more. */
  readonly onLost: (error: unknown) => void;
}

/**
 * Renews a lease three times in its length; one that still waits for its store is not joined by others.
 *
 * @returns ends it
 */
export function keepLease({ study, lease, leaseMs = defaultLeaseMs, onLost }: HeartbeatOptions): () => void {
  let isWaiting = false;
  const timer = setInterval(() => {
    if (isWaiting) return;
    isWaiting = true;
    study
      .heartbeat(lease)
      .catch(onLost)
      .finally(() => (isWaiting = false));
  }, leaseMs / 3);
  return () => clearInterval(timer);
}
