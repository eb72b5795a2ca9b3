import { expect, it } from "vitest";

import { openStorage, type Storage } from "../../search/storage/index.ts";
import { Study } from "../../search/study/index.ts";
import { resultFixture, studyFixture } from "../../testing/study-fixture.ts";
import { temporaryFolder } from "../../testing/temporary-folder.ts";
import type { Channel } from "./channel.ts";
import { noticeKinds } from "./notice.ts";
import { Notifications } from "./notifications.ts";

/** Resolves when somebody was told a text that has these words. */
class Ear implements Channel {
  readonly name = "ear";
  readonly heard: string[] = [];
  readonly #awaited: { readonly words: string; readonly resolve: () => void }[] = [];

  async deliver({ text }: { readonly text: string }): Promise<void> {
    this.heard.push(text);
    for (const { words, resolve } of this.#awaited) if (text.includes(words)) resolve();
  }

  hears(words: string): Promise<void> {
    if (this.heard.some((text) => text.includes(words))) return Promise.resolve();
    return new Promise((resolve) => this.#awaited.push({ words, resolve }));
  }
}

async function create(storage: Storage, name: string): Promise<Study> {
  return Study.create({ storage, definition: studyFixture({ name, maxTrials: 1 }) });
}

async function run(study: Study): Promise<void> {
  const { id, attempt } = (await study.claim("w"))!;
  const observations = [{ metric: "validation/accuracy", step: 1, time: 0, value: 0.5 }];
  await study.complete({ trialId: id, attempt }, { result: resultFixture, observations });
}

it("tells of every study of a store, also of later ones and of one that is extended after its end", async () => {
  const store = temporaryFolder();
  const storage = await openStorage(store);
  const [old, running] = [await create(storage, "old"), await create(storage, "running")];
  await run(old);
  const ear = new Ear();
  const warnings: string[] = [];
  const onWarning = (message: string) => warnings.push(message);
  const settings = { channels: [ear], kinds: noticeKinds, studies: null };
  const notifications = await Notifications.start({ ...settings, store, onWarning });
  await run(running);
  await ear.hears("study running: finished");
  await run(await create(storage, "later"));
  await ear.hears("study later: finished");
  await old.revise({ maxTrials: 2 }, "more");
  await run(old);
  await ear.hears("study old: finished with 2 completed");
  await notifications.end();
  expect(ear.heard.map((text) => text.split(",")[0])).toEqual([
    "study running: trial 0 is the best so far",
    "study running: finished with 1 completed trials; the best is trial 0",
    "study later: trial 0 is the best so far",
    "study later: finished with 1 completed trials; the best is trial 0",
    "study old: finished with 2 completed trials; the best is trial 0",
  ]);
  expect(warnings).toEqual([]);
  await storage.close();
});

it("tells what happened until its end, of the studies and kinds that were asked for", async () => {
  const store = temporaryFolder();
  const storage = await openStorage(store);
  const [told, other] = [await create(storage, "told"), await create(storage, "other")];
  const ear = new Ear();
  const notifications = await Notifications.start({
    channels: [ear],
    kinds: ["finished"],
    studies: ["told"],
    store,
    onWarning: () => {},
  });
  await run(other);
  await run(told);
  await notifications.end();
  expect(ear.heard).toEqual([
    "study told: finished with 1 completed trials; the best is trial 0, validation/accuracy 0.5",
  ]);
  await storage.close();
});

it("that cannot read the store warns, and keeps nobody waiting", async () => {
  const warnings: string[] = [];
  const notifications = await Notifications.start({
    channels: [new Ear()],
    kinds: noticeKinds,
    studies: null,
    store: temporaryFolder(),
    onWarning: (message) => warnings.push(message),
  });
  await notifications.end();
  expect(warnings).toEqual([expect.stringMatching(/^notifications: news may be missing: /)]);
});
