/** Any sequence of calls gives the same answers from SQLite as from memory, and leaves the same records. */
import fc from "fast-check";
import { expect, it } from "vitest";

import { TunesmithError } from "../../../base/index.ts";
import { newTrial } from "../../../testing/storage-fixture.ts";
import { openingFixture, resultFixture, studyFixture } from "../../../testing/study-fixture.ts";
import { temporaryFolder } from "../../../testing/temporary-folder.ts";
import type { Observation, StudyId, TrialId, TrialReason } from "../../trial/index.ts";
import { MemoryStorage } from "../memory/memory-storage.ts";
import type { Lease, Storage, TrialOutcome } from "../storage.ts";
import { SqliteStorage } from "./sqlite-storage.ts";

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

  async run(memory: Storage, sqlite: Storage): Promise<void> {
    expect(await outcomeOf(this.#call, sqlite)).toEqual(await outcomeOf(this.#call, memory));
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
const claim = fc.record({ worker, now: time, leaseMs: fc.integer({ min: 1, max: 300 }) });
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
  command("setStopRequested", [studyId, fc.boolean()], (storage, id, stop) =>
    storage.setStopRequested(id, stop),
  ),
  command("createTrial", [studyId, fc.nat(3), claim], (storage, id, number, by) =>
    storage.createTrial(id, newTrial(number), by),
  ),
  command("enqueueTrial", [studyId, fc.nat(3), time], (storage, id, number, now) =>
    storage.enqueueTrial(id, newTrial(number), now),
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
  command("endStudy", [studyId, fc.boolean(), time], (storage, id, isOver, endedAt) =>
    storage.endStudy(id, isOver ? { rule: "target", message: "reached", endedAt } : null),
  ),
  command("claimWaiting", [studyId, claim], (storage, id, by) => storage.claimWaiting(id, by)),
  command("renewLease", [lease, time], (storage, held, until) =>
    resolve(storage, held).then((of) => storage.renewLease(of, until)),
  ),
  command("appendObservations", [lease, observations, time], (storage, held, points, until) =>
    resolve(storage, held).then((of) => storage.appendObservations(of, points, until)),
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
  command("reapExpired", [studyId, time], (storage, id, now) => storage.reapExpired(id, now)),
  command("releaseWorker", [studyId, worker, time], (storage, id, name, now) =>
    storage.releaseWorker(id, name, now),
  ),
];

it("any sequence of calls gives the same answers from SQLite as from memory", async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: 60, size: "+1" }), async (sequence) => {
      const memory = new MemoryStorage();
      const sqlite = await SqliteStorage.open(temporaryFolder());
      try {
        for (const storage of [memory, sqlite]) {
          for (const name of ["first", "second"]) await storage.createStudy(studyFixture({ name }), 0);
          for (const number of [0, 1]) {
            await storage.createTrial(1 as StudyId, newTrial(number), { worker: "a", now: 0, leaseMs: 100 });
          }
        }
        await fc.asyncModelRun(() => ({ model: memory, real: sqlite }), sequence);
        expect(await everything(sqlite)).toEqual(await everything(memory));
      } finally {
        await sqlite.close();
      }
    }),
    { numRuns: 60, seed: 20_260 },
  );
});
