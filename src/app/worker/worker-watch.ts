import type { RegisteredWorker } from "../../search/trial/index.ts";
import { registrationMs } from "./registration.ts";

/** A worker that has missed this many of its renewals has fallen silent. */
const silentMs = 4 * registrationMs;

export interface WorkerSighting {
  readonly worker: RegisteredWorker;
  /** How long its entry has stayed the same, as far as was looked. */
  readonly unchangedMs: number;
}

/**
 * Tells workers that renew their entry from those that do not, without comparing clocks of two machines: by what one
 * process sees between its own looks.
 */
export class WorkerWatch {
  #seen = new Map<string, { readonly seenAt: number; readonly sinceMs: number }>();

  /** @param elapsedMs time of this process, which only ever goes forward */
  look(workers: readonly RegisteredWorker[], elapsedMs: number): readonly WorkerSighting[] {
    const known = this.#seen;
    this.#seen = new Map(
      workers.map(({ name, seenAt }) => {
        const before = known.get(name);
        return [name, before?.seenAt === seenAt ? before : { seenAt, sinceMs: elapsedMs }];
      }),
    );
    return workers.map((worker) => {
      const unchangedMs = elapsedMs - this.#seen.get(worker.name)!.sinceMs;
      return { worker, unchangedMs };
    });
  }
}

export function isSilent({ unchangedMs }: WorkerSighting): boolean {
  return unchangedMs >= silentMs;
}
