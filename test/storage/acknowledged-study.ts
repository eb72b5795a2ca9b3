import { systemClock } from "../../src/base/index.ts";
import { openStorage } from "../../src/search/storage/index.ts";
import { Study } from "../../src/search/study/index.ts";
import { studyFixture } from "../../src/testing/study-fixture.ts";
import { acknowledgedStudy } from "./acknowledgement.ts";

/** Creates the store, if need be, and the study that the writing programs take trials of. */
export async function createAcknowledgedStudy(url: string, maxTrials = 100_000): Promise<void> {
  const storage = await openStorage(url);
  const definition = studyFixture({ name: acknowledgedStudy, maxTrials });
  await Study.create({ storage, clock: systemClock, definition });
  await storage.close();
}
