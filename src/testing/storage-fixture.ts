import { toSeed } from "../base/index.ts";
import type { Lease, NewTrial, Storage } from "../search/storage/index.ts";
import type { Observation, StudyId, TrialOrigin, TrialRecord } from "../search/trial/index.ts";

export interface StorageUnderTest {
  readonly storage: Storage;
  /** The same store through a new connection, after `storage` was closed. */
  reopen?(): Promise<Storage>;
}

/** Declares one law as a test on a store that holds the study `fixture`. */
export type StorageLaw = (
  name: string,
  check: (store: StorageUnderTest, studyId: StudyId) => Promise<void>,
) => void;

export const claim = { worker: "worker-1", now: 1000, leaseMs: 100 } as const;

export function newTrial(number: number): NewTrial {
  const parameters = { "training.learningRate": number / 10 };
  // The largest seed: a store that keeps it as a number rounds it.
  return {
    number,
    origin: originFixture(number),
    parameters,
    seed: toSeed(2n ** 64n - 1n),
    document: { training: { learningRate: number / 10 } },
    labels: [],
  };
}

function originFixture(number: number): TrialOrigin {
  return {
    by: "sampler",
    sampler: "random",
    why: { kind: "drawn", message: "drawn from the distributions" },
    configuration: number,
    replicate: 0,
    seen: { revision: 0, finished: 0, pending: number },
  };
}

export function point(step: number, value: number, metric = "validation/loss"): Observation {
  return { metric, step, time: 1000 + step, value };
}

/** Takes the trial from its worker, as whoever has found it silent does. */
export async function lose(
  storage: Storage,
  studyId: StudyId,
  number: number,
  now: number,
): Promise<TrialRecord | null> {
  const { id: trialId, attempt, leaseExpiresAt } = await storage.getTrial(studyId, number);
  return storage.loseLease({ trialId, attempt, leaseExpiresAt: leaseExpiresAt! }, now);
}

export function leaseOf(trial: TrialRecord): Lease {
  return { trialId: trial.id, attempt: trial.attempt };
}
