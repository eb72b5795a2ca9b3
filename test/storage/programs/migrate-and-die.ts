/**
 * Brings a store's file to the latest schema and kills itself right before statement `n` of that, counted from 0. Given a
 * number beyond the last, it lives, and says how many there were.
 */
import Database from "better-sqlite3";

import { migrate } from "../../../src/search/storage/sqlite/migrator.ts";

const [file, n] = process.argv.slice(2) as [string, string];
let statements = -1;
const database = new Database(file, {
  // Called before each statement, those of `exec` among them.
  verbose: () => {
    if (statements === Number(n)) process.kill(process.pid, "SIGKILL");
    if (statements >= 0) statements += 1;
  },
});
database.pragma("journal_mode = WAL");
database.pragma("synchronous = FULL");
statements = 0;
migrate(database, file);
const count = statements;
database.close();
process.send!(count);
