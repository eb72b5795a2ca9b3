/** Writes to a store that takes the disk's word for its commits: the sync that each of them waits for does nothing. */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const unsynced = (_file: number, done: (error: null) => void) => void setImmediate(done, null);
Object.assign(fs, { fdatasync: unsynced });
syncBuiltinESMExports();

const { writeForEver } = await import("./write-for-ever.ts");
await writeForEver();
