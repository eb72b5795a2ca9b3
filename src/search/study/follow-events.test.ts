import { expect, it } from "vitest";

import { claim, newTrial } from "../../testing/storage-fixture.ts";
import { studyFixture } from "../../testing/study-fixture.ts";
import { MemoryStorage } from "../storage/index.ts";
import { followEvents } from "./follow-events.ts";

it("tells what is in the log, then what comes, and what is left when it is told to end", async () => {
  const storage = new MemoryStorage();
  const { id } = await storage.createStudy(studyFixture(), 0);
  const end = new AbortController();
  const batches: (readonly string[])[] = [];
  const more = [
    () => storage.createTrial(id, newTrial(0), claim),
    async () => {
      await storage.createTrial(id, newTrial(1), claim);
      end.abort();
    },
  ];
  for await (const events of followEvents(storage, id, { signal: end.signal })) {
    batches.push(events.map(({ sequence, kind }) => `${sequence} ${kind}`));
    await more.shift()?.();
  }
  expect(batches).toEqual([
    ["1 study-created"],
    ["2 trial-created", "3 trial-running"],
    ["4 trial-created", "5 trial-running"],
  ]);
});

it("begins after an event, and waits for the next", async () => {
  const storage = new MemoryStorage();
  const { id } = await storage.createStudy(studyFixture(), 0);
  const end = new AbortController();
  const following = followEvents(storage, id, { after: 1, signal: end.signal });
  const next = following.next();
  await storage.setStopRequested(id, true, 10);
  expect((await next).value).toMatchObject([{ sequence: 2, kind: "stop-requested", time: 10 }]);
  end.abort();
  expect((await following.next()).done).toBe(true);
});
