/** Any sequence of calls gives the same answers from a store as from memory, and leaves the same records. */
import fc from "fast-check";
import { expect, it } from "vitest";

import { TunesmithError } from "../base/index.ts";
import { MemoryStorage, type Lease, type Storage, type TrialOutcome } from "../search/storage/index.ts";
import type { Observation, StudyId, TrialId, TrialReason } from "../search/trial/index.ts";
import { lose, newTrial } from "./storage-fixture.ts";
import { openingFixture, resultFixture, studyFixture } from "./study-fixture.ts";

type Call = (storage: Storage) => Promise<unknown>;

class CallCommand implements fc.AsyncCommand<Storage, Storage> {
  readonly #name: string;
  readonly #call: Call;

  constructor(name: string, call: Call) {
    this.#name = name;
    this.#call = call;
  }

  check(): boolean {
    return true;
  }

  async run(memory: Storage, other: Storage): Promise<void> {
    expect(await outcomeOf(this.#call, other)).toEqual(await outcomeOf(this.#call, memory));
  }

  toString(): string {
    return this.#name;
  }
}

async function outcomeOf(call: Call, storage: Storage): Promise<unknown> {
  try {
    return await call(storage);
  } catch (error) {
    if (error instanceof TunesmithError) return { code: error.code, message: error.message };
    throw error;
  }
}

async function everything(storage: Storage): Promise<unknown> {
  const studies = await storage.listStudies();
  return Promise.all(
    studies.map(async (study) => {
      const trials = await storage.listTrials(study.id);
      return {
        study,
        versions: await storage.listVersions(study.id),
        trials,
        counts: await storage.countByState(study.id),
        openings: await storage.listTestOpenings(study.id),
        series: await storage.listSeries(study.id),
        attempts: await Promise.all(trials.map(({ id }) => storage.listAttempts(id))),
        observations: await Promise.all(trials.map(({ id }) => storage.listObservations(id))),
        leases: await storage.listLeases(study.id),
        events: await storage.listEvents(study.id),
      };
    }),
  );
}

const small = fc.integer({ min: 1, max: 3 });
const time = fc.integer({ min: 0, max: 1000 });
const studyId = fc.constantFrom(1, 2) as unknown as fc.Arbitrary<StudyId>;
const worker = fc.constantFrom("a", "b");
const lease: fc.Arbitrary<Lease> = fc.record({
  trialId: fc.integer({ min: 1, max: 3 }) as unknown as fc.Arbitrary<TrialId>,
  attempt: fc.oneof({ arbitrary: fc.constant(0), weight: 4 }, { arbitrary: small, weight: 1 }),
});
/** Mostly the lease of the trial as it stands, so that writes happen; sometimes any other. */
const current = 0;
async function resolve(storage: Storage, { trialId, attempt }: Lease): Promise<Lease> {
  const attempts = await storage.listAttempts(trialId);
  return { trialId, attempt: attempt === current ? attempts.length : attempt };
}
const labels = fc.subarray(["big", "gpu"]);
const claim = fc.record({ worker, now: time, leaseMs: fc.integer({ min: 1, max: 300 }), labels });
const value = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -0, 1));
const observations: fc.Arbitrary<Observation[]> = fc.array(
  fc.record({
    metric: fc.constantFrom("train/loss", "validation/loss"),
    step: fc.integer({ min: 1, max: 6 }),
    time,
    value,
  }),
  { maxLength: 6 },
);
const reason: TrialReason = { kind: "error", message: "broke", facts: { exitStatus: 1 } };
const outcome = fc.oneof<fc.Arbitrary<TrialOutcome>[]>(
  fc.constant({ state: "waiting", reason: null }),
  fc.constant({ state: "failed", reason, result: null }),
  value.map((objectiveValue) => ({ state: "completed", objectiveValue, result: resultFixture })),
  fc.constant({
    state: "stopped",
    objectiveValue: null,
    result: null,
    reason: { ...reason, kind: "scheduler" },
  }),
  value.map((objectiveValue) => ({
    state: "paused",
    objectiveValue,
    otherValues: [objectiveValue],
    violations: [1, null],
    result: resultFixture,
    reason: { ...reason, kind: "scheduler" },
  })),
);

function command<T extends unknown[]>(
  name: string,
  parts: { [K in keyof T]: fc.Arbitrary<T[K]> },
  call: (storage: Storage, ...parts: T) => Promise<unknown>,
) {
  return fc
    .tuple<T>(...parts)
    .map((given) => new CallCommand(`${name}(${fc.stringify(given)})`, (storage) => call(storage, ...given)));
}

const commands = [
  command("createStudy", [fc.constantFrom("x", "y"), time], (storage, name, now) =>
    storage.createStudy(studyFixture({ name }), now),
  ),
  command("setStopRequested", [studyId, fc.boolean(), time], (storage, id, stop, now) =>
    storage.setStopRequested(id, stop, now),
  ),
  command("createTrial", [studyId, fc.nat(3), claim], (storage, id, number, by) =>
    storage.createTrial(id, newTrial(number), by),
  ),
  command("enqueueTrial", [studyId, fc.nat(3), labels, time], (storage, id, number, asked, now) =>
    storage.enqueueTrial(id, { ...newTrial(number), labels: asked }, now),
  ),
  command("claimPaused", [studyId, fc.nat(2), claim], (storage, id, number, by) =>
    storage.claimPaused(id, number, by),
  ),
  command("stopPaused", [studyId, fc.nat(2), time], (storage, id, number, now) =>
    storage.stopPaused(id, number, { reason, now }),
  ),
  command("listTrialsSince", [studyId, fc.nat(9)], (storage, id, revision) =>
    storage.listTrialsSince(id, revision),
  ),
  command(
    "reviseStudy",
    [studyId, fc.integer({ min: 1, max: 3 }), time],
    async (storage, id, version, now) => {
      const { definition } = (await storage.listVersions(id)).at(-1)!;
      const larger = { ...definition, maxTrials: definition.maxTrials + 1 };
      return storage.reviseStudy(id, { definition: larger, version, note: "larger", now });
    },
  ),
  command("endStudy", [studyId, fc.integer({ min: 1, max: 3 }), time], (storage, id, version, endedAt) =>
    storage.endStudy(id, {
      end: { rule: "target", message: "reached", endedAt },
      version,
      now: endedAt,
    }),
  ),
  command("claimWaiting", [studyId, claim], (storage, id, by) => storage.claimWaiting(id, by)),
  command("renewLease", [lease, time], (storage, held, now) =>
    resolve(storage, held).then((of) => storage.renewLease(of, now)),
  ),
  command("appendObservations", [lease, observations, time], (storage, held, points, now) =>
    resolve(storage, held).then((of) => storage.appendObservations(of, points, now)),
  ),
  command("finishAttempt", [lease, outcome, time, observations], (storage, held, how, now, points) =>
    resolve(storage, held).then((of) => storage.finishAttempt(of, how, { now, observations: points })),
  ),
  command(
    "recordTestOpening",
    [studyId, fc.integer({ min: 0, max: 3 }), time, value],
    (storage, id, trialNumber, openedAt, loss) =>
      storage.recordTestOpening(
        id,
        openingFixture({ trialNumber, openedAt, metrics: { "test/loss": loss } }),
      ),
  ),
  command("loseLease", [studyId, fc.nat(2), time], (storage, id, number, now) =>
    lose(storage, id, number, now),
  ),
  command("releaseWorker", [studyId, worker, time], (storage, id, name, now) =>
    storage.releaseWorker(id, name, now),
  ),
];

export interface StorageEquivalenceOptions {
  /** An empty store. */
  create(): Promise<Storage>;
  /** How many sequences are tried. */
  readonly runs: number;
}

/** To be called inside a test file of an implementation. */
export function storageEquivalence({ create, runs }: StorageEquivalenceOptions): void {
  it("any sequence of calls gives the same answers as from memory", async () => {
    await fc.assert(
      fc.asyncProperty(fc.commands(commands, { maxCommands: 60, size: "+1" }), async (sequence) => {
        const memory = new MemoryStorage();
        const other = await create();
        try {
          for (const storage of [memory, other]) {
            for (const name of ["first", "second"]) await storage.createStudy(studyFixture({ name }), 0);
            for (const number of [0, 1]) {
              const by = { worker: "a", now: 0, leaseMs: 100 };
              await storage.createTrial(1 as StudyId, newTrial(number), by);
            }
          }
          await fc.asyncModelRun(() => ({ model: memory, real: other }), sequence);
          expect(await everything(other)).toEqual(await everything(memory));
        } finally {
          await other.close();
        }
      }),
      { numRuns: runs, seed: 20_260 },
    );
  });
}
