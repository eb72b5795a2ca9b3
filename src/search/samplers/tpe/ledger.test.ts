import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { evaluation } from "../../../testing/optimise.ts";
import type { Evaluation } from "../sampler.ts";
import { Ledger } from "./ledger.ts";

type ValueOf<A> = A extends fc.Arbitrary<infer V> ? V : never;

const states = ["pending", "completed", "stopped", "failed"] as const;

const createLedger = () => new Ledger(({ configuration }) => Float64Array.of(configuration["x"] as number));

const given = (number: number, parts: Partial<Evaluation> = {}) =>
  evaluation({ number, configuration: { x: number }, losses: [number], ...parts });

const orderOf = (history: readonly Evaluation[]) => {
  const ledger = createLedger();
  ledger.update(history, Infinity);
  return ledger.sorted.map(({ evaluation: { number } }) => number);
};

describe("the order of results", () => {
  it("puts completed by loss before stopped by how far they came, and infeasible ones last", () => {
    const history = [
      given(0, { losses: [5], violations: [0.2, -1] }),
      given(1, { losses: [0.5], state: "stopped", fidelity: 0.3 }),
      given(2, { losses: [3], violations: [0, -2] }),
      given(3, { losses: [9], state: "stopped", fidelity: 0.6 }),
      given(4, { losses: [8], state: "stopped", fidelity: 0.6 }),
      given(5, { losses: [2] }),
      given(6, { losses: [1], violations: [0.1, 0.05] }),
      given(7, { losses: [1], violations: [Number.NaN] }),
      given(8, { losses: [2] }),
    ];
    expect(orderOf(history)).toEqual([5, 8, 2, 4, 3, 1, 6, 0, 7]);
  });

  it("leaves out what failed, still runs or measured nothing that is finite", () => {
    const history = [
      given(0, { losses: null }),
      given(1, { state: "pending" }),
      given(2, { losses: [Number.NaN] }),
      given(3, { losses: [Infinity] }),
      given(4),
    ];
    expect(orderOf(history)).toEqual([4]);
  });

  it("puts a lucky value behind a mean of many repeats that is nearly as good", () => {
    const repeated = (number: number, loss: number) =>
      given(number, { losses: [loss], replicates: 4, variances: [0.04] });
    // One standard error of one value is 0.2, of four 0.1.
    expect(orderOf([given(0, { losses: [1.0] }), repeated(1, 1.05), repeated(2, 1.15)])).toEqual([1, 0, 2]);
    expect(orderOf([given(0, { losses: [1.0] }), given(1, { losses: [1.05] })])).toEqual([0, 1]);
  });

  it("is the same whatever was known before", () => {
    const one = fc.record({
      state: fc.constantFrom(...states),
      loss: fc.integer({ min: 0, max: 5 }),
      fidelity: fc.constantFrom(0.25, 0.5),
      violation: fc.constantFrom(-1, 1),
      repeats: fc.integer({ min: 1, max: 3 }),
    });
    const change = fc.record({
      length: fc.integer({ min: 0, max: 12 }),
      replaced: fc.array(fc.tuple(fc.nat(11), one), { maxLength: 4 }),
    });
    const make = (number: number, { state, loss, fidelity, violation, repeats }: ValueOf<typeof one>) =>
      given(number, {
        state,
        losses: state === "failed" ? null : [loss],
        fidelity,
        violations: [violation],
        configuration: { x: loss },
        replicates: repeats,
        variances: repeats === 1 ? null : [loss / 10],
      });
    fc.assert(
      fc.property(fc.array(one, { minLength: 12, maxLength: 12 }), fc.array(change), (first, changes) => {
        const all = first.map((each, number) => make(number, each));
        const used = createLedger();
        used.update(all, Infinity);
        for (const { length, replaced } of changes) {
          for (const [number, each] of replaced) all[number] = make(number, each);
          const fresh = createLedger();
          used.update(all, length);
          fresh.update(all, length);
          expect(used.entries).toEqual(fresh.entries);
          expect(used.sorted).toEqual(fresh.sorted);
          for (const { key } of fresh.entries) expect(used.isTried(key)).toBe(true);
          const keys = new Set(fresh.entries.map(({ key }) => key));
          for (const { configuration } of all) {
            const key = JSON.stringify(configuration);
            expect(used.isTried(key)).toBe(keys.has(key));
          }
        }
      }),
    );
  });
});
