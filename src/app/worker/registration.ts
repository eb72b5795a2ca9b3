import type { Clock } from "../../base/index.ts";
import type { WorkerRegistry } from "../../search/storage/index.ts";
import type { WorkerRecord } from "../../search/trial/index.ts";

/**
 * How often a worker says that it is there, and hears whether it is asked to go. A thousand workers make some three hundred
 * small writes a second of it.
 */
export const registrationMs = 3000;

export interface RegistrationOptions {
  readonly registry: WorkerRegistry;
  readonly worker: Omit<WorkerRecord, "seenAt" | "startedAt">;
  readonly clock: Clock;
  /** Called when somebody has asked the worker to take no other trial. */
  readonly onDrain: () => void;
}

/** A worker's entry in the store while it serves. */
export class Registration {
  readonly #options: RegistrationOptions;
  readonly #startedAt: number;
  #renewedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: RegistrationOptions) {
    this.#options = options;
    this.#startedAt = options.clock.now();
  }

  /** To be called about each second; writes when it is time. */
  async renew(): Promise<void> {
    const { registry, worker, clock, onDrain } = this.#options;
    if (clock.elapsed() - this.#renewedAtMs < registrationMs) return;
    this.#renewedAtMs = clock.elapsed();
    const record = { ...worker, startedAt: this.#startedAt, seenAt: clock.now() };
    const { drainRequested } = await registry.registerWorker(record);
    if (drainRequested) onDrain();
  }

  async end(): Promise<void> {
    await this.#options.registry.removeWorker(this.#options.worker.name);
  }
}
