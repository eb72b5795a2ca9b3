import { describe, expect, it } from "vitest";

import type { Lease, Storage } from "../search/storage/index.ts";
import type { LeaseRecord, TrialRecord } from "../search/trial/index.ts";
import { simulateStudy, type StudySimulationReport } from "./simulate-study.ts";

const seeds = 1000;
/** A store that breaks a law is caught within so many seeds. */
const seedsToCatch = 120;

const sum = (counts: readonly number[]) => counts.reduce((total, one) => total + one, 0);

function describeReports(reports: readonly StudySimulationReport[]): string {
  const faults = new Map<string, number>();
  for (const report of reports) {
    for (const [fault, count] of report.faults) faults.set(fault, (faults.get(fault) ?? 0) + count);
  }
  const told = [...faults].map(([fault, count]) => `${fault} ${count}`).toSorted();
  const total = (count: (report: StudySimulationReport) => number) => sum(reports.map(count));
  return [
    `${reports.length} seeds, ${total(({ steps }) => steps)} steps, ${total(({ trials }) => trials)} trials`,
    `faults: ${told.join(", ")}`,
    `${total(({ handedOver }) => handedOver)} hand-overs, ${total(({ refusedWrites }) => refusedWrites)} refused writes`,
    `${total(({ isCompared }) => Number(isCompared))} studies equal to the undisturbed one`,
  ].join("; ");
}

describe("a study under faults", () => {
  it(`keeps its promises over ${seeds} seeds`, async () => {
    const reports: StudySimulationReport[] = [];
    for (let seed = 0; seed < seeds; seed++) reports.push(await simulateStudy({ seed }));
    process.stdout.write(`simulation: ${describeReports(reports)}\n`);
    // It would say little if nothing had gone wrong.
    expect(sum(reports.map(({ handedOver }) => handedOver))).toBeGreaterThan(500);
    expect(sum(reports.map(({ refusedWrites }) => refusedWrites))).toBeGreaterThan(50);
    expect(new Set(reports.flatMap(({ faults }) => [...faults.keys()])).size).toBe(15);
    // A lease of 10 s and two looks of a second, with what their calls take.
    expect(Math.max(...reports.map(({ longestHandOverMs }) => longestHandOverMs))).toBeLessThan(13_000);
  }, 120_000);

  it("goes the same way again from the same seed", async () => {
    expect(await simulateStudy({ seed: 48 })).toEqual(await simulateStudy({ seed: 48 }));
  });
});

type Distortion = (storage: Storage) => Partial<Storage>;

/** A storage with some of its methods replaced. */
function distorted(distort: Distortion): (storage: Storage) => Storage {
  return (storage) => {
    const replaced = distort(storage);
    return new Proxy(storage, {
      get(target, name: keyof Storage) {
        const member = replaced[name] ?? target[name];
        return (member as (...given: unknown[]) => unknown).bind(target);
      },
    });
  };
}

/** The lease that would be right. */
async function currentLease(storage: Storage, { trialId, attempt }: Lease): Promise<Lease> {
  const attempts = await storage.listAttempts(trialId);
  return { trialId, attempt: Math.max(attempt, attempts.length) };
}

const distortions: readonly {
  readonly what: string;
  readonly distort: Distortion;
  readonly caught: RegExp;
}[] = [
  {
    what: "takes the writes of an attempt that lost its trial",
    distort: (storage) => ({
      appendObservations: async (lease, observations, now) =>
        storage.appendObservations(await currentLease(storage, lease), observations, now),
    }),
    caught: /appendObservations of attempt \d+ was taken while trial/,
  },
  {
    what: "lets an attempt that lost its trial end it",
    distort: (storage) => ({
      finishAttempt: async (lease, outcome, options) =>
        storage.finishAttempt(await currentLease(storage, lease), outcome, options),
    }),
    caught: /finishAttempt of attempt \d+ was taken while trial/,
  },
  {
    what: "lets trials be taken away at the first look",
    distort: (storage) => ({
      listLeases: async (id) =>
        (await storage.listLeases(id)).map((lease): LeaseRecord => ({ ...lease, leaseMs: 0 })),
    }),
    caught: /a worker lost its trial after \d+ ms of a lease/,
  },
  {
    what: "shows no lease to those who look for silent workers",
    distort: () => ({ listLeases: async () => [] }),
    caught: /is still with a worker that has said nothing for \d+ ms/,
  },
  {
    what: "hands a waiting trial to two workers that ask at once",
    distort: (storage) => {
      let last: TrialRecord | null = null;
      return {
        claimWaiting: async (id, claim) => {
          const claimed = await storage.claimWaiting(id, claim);
          const again = last !== null && (await storage.getTrial(id, last.number)).state === "running";
          if (claimed !== null || !again) return (last = claimed);
          return { ...last!, worker: claim.worker, leaseMs: claim.leaseMs };
        },
      };
    },
    caught: /was handed out a second time/,
  },
  {
    what: "creates a trial whatever number it should have",
    distort: (storage) => ({
      createTrial: async (id, trial, claim) =>
        storage.createTrial(id, { ...trial, number: await storage.countTrials(id) }, claim),
    }),
    caught: /undisturbed it is/,
  },
  {
    what: "acknowledges every fifth report without keeping it",
    distort: (storage) => {
      let calls = 0;
      return {
        appendObservations: async (lease, observations, now) =>
          storage.appendObservations(lease, ++calls % 5 === 0 ? [] : observations, now),
      };
    },
    caught: /its curve has the steps|with step \d+ as its last/,
  },
  {
    what: "forgets that a study has ended",
    distort: (storage) => ({
      getStudy: async (name) => ({ ...(await storage.getStudy(name)), ended: null }),
    }),
    caught: /the study (does not end|has \d+ trials)/,
  },
];

describe("a store that", () => {
  it.each(distortions)("$what is caught", async ({ distort, caught }) => {
    const catches = async (seed: number): Promise<string | null> =>
      simulateStudy({ seed, distort: distorted(distort) }).then(
        () => null,
        (error: unknown) => (error as Error).message,
      );
    let message: string | null = null;
    for (let seed = 0; seed < seedsToCatch && message === null; seed++) message = await catches(seed);
    expect(message).toMatch(caught);
    expect(message).toMatch(/^simulateStudy\(\{ seed: \d+ \}\), /);
  });
});
