/** The eyes of the kill loop are tested on stores that say one thing wrongly. */
import { expect, it } from "vitest";

import { openStorage, type Storage } from "../../src/search/storage/index.ts";
import { resultFixture, studyFixture } from "../../src/testing/study-fixture.ts";
import { claim, leaseOf, newTrial, point } from "../../src/testing/storage-fixture.ts";
import {
  acknowledgedStudy,
  reportedMetric,
  stepsPerTrial,
  valueAt,
  type Acknowledgement,
} from "./acknowledgement.ts";
import { findViolations } from "./invariants.ts";

const acknowledged: Acknowledgement[] = [
  { kind: "claimed", number: 0, attempt: 1, worker: "worker-1" },
  { kind: "reported", number: 0, attempt: 1, step: 1, value: 1 },
  { kind: "claimed", number: 0, attempt: 2, worker: "worker-1" },
  { kind: "completed", number: 0, attempt: 2 },
  { kind: "claimed", number: 1, attempt: 1, worker: "worker-1" },
];

/** Trial 0 was lost after its first step and completed by a second attempt; trial 1 runs. */
async function createStore(): Promise<Storage> {
  const storage = await openStorage("memory:");
  const { id } = await storage.createStudy(studyFixture({ name: acknowledgedStudy }), 0);
  const reported = (step: number) => point(step, valueAt(0, step), reportedMetric);
  const first = leaseOf((await storage.createTrial(id, newTrial(0), claim))!);
  await storage.appendObservations(first, [reported(1)], 2000);
  await storage.releaseWorker(id, claim.worker, 1500);
  const second = leaseOf((await storage.claimWaiting(id, claim))!);
  const rest = Array.from({ length: stepsPerTrial - 1 }, (_, index) => reported(index + 2));
  const objectiveValue = valueAt(0, stepsPerTrial);
  const outcome = { state: "completed", objectiveValue, result: resultFixture } as const;
  await storage.finishAttempt(second, outcome, { now: 3000, observations: rest });
  await storage.createTrial(id, newTrial(1), claim);
  return storage;
}

type Lists = "listEvents" | "listTrials" | "listAttempts" | "listObservations" | "listSeries";

/** The store with the first list of that kind changed. */
function saying<Name extends Lists>(
  storage: Storage,
  name: Name,
  change: (list: Awaited<ReturnType<Storage[Name]>>) => unknown,
): Storage {
  let isFirst = true;
  return new Proxy(storage, {
    get(target, asked: keyof Storage) {
      const method = (target[asked] as (...given: unknown[]) => Promise<never>).bind(target);
      return async (...given: unknown[]) => {
        const list = await method(...given);
        const isChanged = asked === name && isFirst;
        if (isChanged) isFirst = false;
        return isChanged ? change(list) : list;
      };
    },
  });
}

it("a store that kept everything has no violations", async () => {
  expect(await findViolations(await createStore(), acknowledged, { isThorough: true })).toEqual([]);
});

const wrong: readonly [string, (storage: Storage) => Storage, RegExp][] = [
  [
    "a trial that is missing",
    (s) => saying(s, "listTrials", (list) => list.slice(0, 1)),
    /^trial 1: .* not there/,
  ],
  ["a number twice", (s) => saying(s, "listTrials", (list) => [list[0], ...list]), /^place 1 .* trial 0/],
  ["a number left out", (s) => saying(s, "listTrials", (list) => list.slice(1)), /^place 0 .* trial 1/],
  [
    "an earlier state",
    (s) => saying(s, "listTrials", ([first, ...rest]) => [{ ...first!, state: "waiting" }, ...rest]),
    /completion was acknowledged, and it is waiting/,
  ],
  [
    "a lost attempt",
    (s) => saying(s, "listAttempts", (list) => list.slice(0, 1)),
    /attempts 1 to 2 expected, got 1$/,
  ],
  [
    "two open attempts",
    (s) => saying(s, "listAttempts", (list) => list.map((one) => ({ ...one, outcome: null, endedAt: null }))),
    /it is completed, and the outcome of attempt 1 is null/,
  ],
  [
    "a step twice",
    (s) => saying(s, "listObservations", (list) => [list[0], ...list]),
    /^trial 0: place 1 .* step 1/,
  ],
  [
    "a lost step",
    (s) => saying(s, "listObservations", (list) => list.slice(1)),
    /step 1: 1 was acknowledged/,
  ],
  [
    "an event left out",
    (s) => saying(s, "listEvents", (list) => list.slice(1)),
    /^place 0 of the log: event 2/,
  ],
  [
    "a log that ends early",
    (s) => saying(s, "listEvents", (list) => list.slice(0, -1)),
    /^trial 1: its record is another than its events make/,
  ],
  ["a summary of less", (s) => saying(s, "listSeries", () => []), /its summary counts 0 values, its curve 7/],
];

it.each(wrong)("%s is seen", async (_what, broken, violation) => {
  const violations = await findViolations(broken(await createStore()), acknowledged, { isThorough: true });
  expect(violations).toContainEqual(expect.stringMatching(violation));
});

it("an attempt that was handed out twice is seen", async () => {
  const twice = [...acknowledged, acknowledged[0]!];
  expect(await findViolations(await createStore(), twice)).toEqual([
    "trial 0: attempt 1 was handed out 2 times",
  ]);
});

it("a claim that a power cut took back is none, unless it was the claim of something that was reported", async () => {
  const beyond: Acknowledgement[] = [
    { kind: "claimed", number: 1, attempt: 2, worker: "worker-2" },
    { kind: "claimed", number: 2, attempt: 1, worker: "worker-2" },
  ];
  const options = { canLoseClaims: true };
  expect(await findViolations(await createStore(), beyond, options)).toEqual([]);
  const reported: Acknowledgement = { kind: "reported", number: 2, attempt: 1, step: 1, value: 2001 };
  expect(await findViolations(await createStore(), [...beyond, reported], options)).toEqual([
    "trial 2: it was acknowledged, and is not there",
  ]);
});
