/**
 * The final evaluation: the only code that opens a locked test split.
 *
 * The split stays shut until nothing else can go wrong: the weights are there and are the recorded ones before it is
 * opened, and what was measured is in the store before anybody sees it. So every opening that told somebody something
 * is recorded, whichever process it came from; one that was killed before it was recorded told nobody anything.
 */
import { TunesmithError, type Clock } from "../../base/index.ts";
// The door itself, not the room: the import guard lets this one file through.
import { openTestSplit } from "../../learning/data/open-test-split.ts";
import type { Storage } from "../../search/storage/index.ts";
import type { StudyRecord, TestOpeningRecord } from "../../search/trial/index.ts";
import { trainedWeights, type TrainedWeightsOptions } from "./trained-weights.ts";

export interface TestTrialOptions extends Omit<TrainedWeightsOptions, "study"> {
  readonly storage: Storage;
  readonly study: StudyRecord;
  readonly clock: Clock;
  /** Why the split is opened, in words; it goes into the record. */
  readonly purpose: string;
  /** Open it although it was opened before. Defaults to false. */
  readonly isAgain?: boolean | undefined;
}

/**
 * Measures a completed trial on its data set's test split and records that, unless the study's split was opened before.
 *
 * @returns the new opening; null when there was one before and `isAgain` is not set: then nothing was opened
 * @throws NO_RESULT, RESULT_DIFFERS, INVALID_USAGE, DATA_NOT_FOUND, INVALID_DATA; in all cases without an opening
 */
export async function testTrial(options: TestTrialOptions): Promise<TestOpeningRecord | null> {
  const { storage, study, trial, clock, purpose, isAgain = false, signal } = options;
  const mayOpen = async () => isAgain || (await storage.listTestOpenings(study.id)).length === 0;
  if (!(await mayOpen())) return null;
  const { run, result, dataset, prepare } = await trainedWeights({
    ...options,
    study: study.definition.name,
  });
  if (dataset.test === null) {
    throw new TunesmithError("INVALID_USAGE", {
      message: `study \`${study.definition.name}\`: a test needs a test split, got none: its data has \`test: 0\`.`,
      hint: "Leave `data.test` out, or give it a share, in a new study.",
    });
  }
  // Training takes its time, and another process may have been faster.
  if (!(await mayOpen())) return null;
  const { examples, opening } = await openTestSplit(dataset.test, { purpose, now: clock.now() });
  const metrics = await run.evaluateOn(prepare(examples), { name: "test", signal });
  return storage.recordTestOpening(study.id, {
    trialNumber: trial.number,
    openedAt: opening.openedAt,
    purpose: opening.purpose,
    contentHash: opening.contentHash,
    examples: examples.count,
    metrics,
    result: { ...result, environment: { ...result.environment } },
  });
}
