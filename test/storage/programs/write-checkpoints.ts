/** Writes checkpoints of three trials for ever, from a version on, and acknowledges each; `unsynced` leaves out every sync. */
import { once } from "node:events";
import { open } from "node:fs/promises";

import { TrialFiles } from "../../../src/app/worker/trial-files.ts";
import { checkpointBytes } from "../checkpoint-bytes.ts";

const [store, first, how] = process.argv.slice(2) as [string, string, string?];
if (how === "unsynced") {
  const handle = await open(store, "r");
  const prototype = Object.getPrototypeOf(handle) as typeof handle;
  await handle.close();
  prototype.sync = async () => undefined;
}
const files = new TrialFiles(store, { kind: "checkpoints", study: "fixture" });
process.send!("ready");
await once(process, "message");
for (let index = 0; ; index++) {
  const trial = index % 3;
  const version = Number(first) + Math.floor(index / 3);
  await files.write(trial, checkpointBytes(trial, version));
  process.send!({ trial, version });
}
