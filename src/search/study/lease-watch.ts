/**
 * Finds workers that have fallen silent, without comparing clocks: a lease that stays the same for its whole length, as
 * measured here, has nobody who renews it.
 *
 * Clocks of several machines differ, are set forward and back, and stand still while a machine sleeps; what one process measures
 * between two looks of its own does not. While this process did not look (it slept, was stopped, or the store was away) others may
 * have been kept from renewing as well, so a gap between looks begins the measurement anew.
 */
import { RandomStream, type Seed } from "../../base/index.ts";
import type { LeaseRecord, TrialId } from "../trial/index.ts";

/** How often a worker looks: the hand-over takes a lease and at most twice this. */
export const leaseLookMs = 1000;

/**
 * A look costs the store something for each running trial. So where many run, each worker draws for some time ahead whether it
 * looks: about so many do at any time, and that none does has a probability of e^-16.
 */
const wantedWatchers = 16;
/** Much longer than a lease, because who begins to look has to see it all. */
const turnMs = 60_000;

/** Longer than this between two looks is a gap: a living worker renews three times in a lease of 10 s. */
const longestGapMs = 4000;

interface Seen {
  readonly attempt: number;
  readonly leaseExpiresAt: number;
  /** When it was first seen so, by this process's own measure. */
  readonly sinceMs: number;
}

export class LeaseWatch {
  #seen = new Map<TrialId, Seen>();
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #running = 0;
  #turn = { beganAtMs: Number.NEGATIVE_INFINITY, number: -1, draw: 0 };

  /**
   * Whether it is this worker's turn to look. Each turn begins with a look, which tells how many trials run.
   *
   * @param options the study's seed and the name of who looks
   */
  isDue(elapsedMs: number, { seed, watcher }: { readonly seed: Seed; readonly watcher: string }): boolean {
    const { beganAtMs, number, draw } = this.#turn;
    if (elapsedMs - beganAtMs < turnMs) return draw * this.#running < wantedWatchers;
    const next = new RandomStream(seed, "lease-watch", watcher).uniform(number + 1);
    this.#turn = { beganAtMs: elapsedMs, number: number + 1, draw: next };
    return true;
  }

  /**
   * @param leases as they stand now
   * @param elapsedMs time of this process, which only ever goes forward
   * @returns those that nobody renews
   */
  look(leases: readonly LeaseRecord[], elapsedMs: number): readonly LeaseRecord[] {
    const known = elapsedMs - this.#lookedAtMs > longestGapMs ? new Map<TrialId, Seen>() : this.#seen;
    this.#lookedAtMs = elapsedMs;
    this.#running = leases.length;
    this.#seen = new Map(
      leases.map(({ trialId, attempt, leaseExpiresAt }) => {
        const before = known.get(trialId);
        const isSame = before?.attempt === attempt && before.leaseExpiresAt === leaseExpiresAt;
        return [trialId, isSame ? before : { attempt, leaseExpiresAt, sinceMs: elapsedMs }];
      }),
    );
    return leases.filter(({ trialId, leaseMs }) => elapsedMs - this.#seen.get(trialId)!.sinceMs >= leaseMs);
  }
}
