import { expect, it } from "vitest";

import { claim, leaseOf, newTrial } from "../../testing/storage-fixture.ts";
import { studyFixture } from "../../testing/study-fixture.ts";
import { MemoryStorage } from "../storage/index.ts";
import type { TrialRecord } from "../trial/index.ts";
import { TrialHistory } from "./trial-history.ts";

it("an answer that was overtaken by a newer one takes nothing back", async () => {
  const storage = new MemoryStorage();
  const { id } = await storage.createStudy(studyFixture(), 0);
  const trial = (await storage.createTrial(id, newTrial(0), claim))!;
  const asked: ((trials: TrialRecord[]) => void)[] = [];
  const listTrialsSince = () => new Promise<TrialRecord[]>((resolve) => asked.push(resolve));
  const history = new TrialHistory({ listTrialsSince }, id);

  const [early, late] = [history.refresh(), history.refresh()];
  const before = await storage.listTrials(id);
  await storage.finishAttempt(leaseOf(trial), { state: "waiting", reason: null }, { now: 10 });
  const after = await storage.listTrials(id);
  asked[1]!(after);
  expect(await late).toEqual(after);
  asked[0]!(before);
  expect(await early).toEqual([]);
  expect(history.trials).toEqual(after);
});
