/** Writes to a store whose connection gets one more pragma, after the storage has set its own. */
import Database from "better-sqlite3";

import { writeForEver } from "./write-for-ever.ts";

const added = process.argv[4]!;
const pragma = Database.prototype.pragma;
Database.prototype.pragma = function (source, options) {
  const answer = pragma.call(this, source, options);
  if (source === "synchronous = NORMAL") pragma.call(this, added);
  return answer;
};

await writeForEver();
