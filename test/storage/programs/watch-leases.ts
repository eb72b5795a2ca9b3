/** Looks for silent workers all the time, from a word to another, and then says which trials it has taken from them. */
import { once } from "node:events";
import { setImmediate as turn } from "node:timers/promises";

import { systemClock } from "../../../src/base/index.ts";
import { openStorage } from "../../../src/search/storage/index.ts";
import { Study } from "../../../src/search/study/index.ts";
import { acknowledgedStudy } from "../acknowledgement.ts";

const [url, watcher] = process.argv.slice(2) as [string, string];
const storage = await openStorage(url, { create: false });
const study = await Study.open({ storage, clock: systemClock, name: acknowledgedStudy });
process.send!("ready");
await once(process, "message");
let isEnough = false;
process.once("message", () => (isEnough = true));
const numbers: number[] = [];
while (!isEnough) {
  for (const { number } of await study.watchLeases(watcher)) numbers.push(number);
  await turn();
}
await storage.close();
process.send!(numbers, () => process.disconnect());
