/** Writes to a store that may be away for a while, and tells of each time. */
import { patientStorage } from "../../../src/search/storage/index.ts";
import { writeForEver } from "./write-for-ever.ts";

await writeForEver((storage) =>
  patientStorage(storage, {
    signal: new AbortController().signal,
    onAway: ({ message }) => process.send!({ kind: "away", message }),
  }),
);
