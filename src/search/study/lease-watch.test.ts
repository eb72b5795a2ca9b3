import { describe, expect, it } from "vitest";

import type { LeaseRecord, TrialId } from "../trial/index.ts";
import { LeaseWatch } from "./lease-watch.ts";

/** Of a worker that never renews. */
function lease(number: number): LeaseRecord {
  const trialId = number as TrialId;
  return { trialId, number, attempt: 1, worker: `w${number}`, leaseMs: 10_000, leaseExpiresAt: 5 };
}

describe("a watch", () => {
  it("finds a lease silent that stays the same for its length, and not one that was renewed", () => {
    const watch = new LeaseWatch();
    for (let second = 0; second < 10; second++) {
      const renewed = { ...lease(2), leaseExpiresAt: second };
      expect(watch.look([lease(1), renewed], 1000 * second)).toEqual([]);
    }
    expect(watch.look([lease(1), { ...lease(2), leaseExpiresAt: 9 }], 10_000)).toEqual([lease(1)]);
  });

  it("is everybody's task while few trials run", () => {
    const seed = "1" as never;
    const watch = new LeaseWatch();
    for (let second = 0; second < 200; second++) {
      expect(watch.isDue(1000 * second, { seed, watcher: "w1" })).toBe(true);
      watch.look([lease(1), lease(2)], 1000 * second);
    }
  });

  it("is some workers' task while many trials run, of others each minute, and never nobody's", () => {
    const seed = "1" as never;
    const leases = Array.from({ length: 200 }, (_, number) => lease(number));
    const watches = leases.map(({ worker }) => ({ worker, watch: new LeaseWatch() }));
    const looking: number[] = [];
    for (let second = 0; second < 130; second++) {
      let looks = 0;
      for (const [place, { worker, watch }] of watches.entries()) {
        // Workers start one after the other.
        const elapsed = 1000 * second + place * 300;
        if (!watch.isDue(elapsed, { seed, watcher: worker })) continue;
        looks += 1;
        watch.look(leases, elapsed);
      }
      looking.push(looks);
    }
    const steady = looking.slice(1);
    expect(Math.min(...steady)).toBeGreaterThan(4);
    expect(steady.reduce((sum, one) => sum + one, 0) / steady.length).toBeLessThan(50);
  });
});
