/** Writes to a store as it is. */
import { writeForEver } from "./write-for-ever.ts";

await writeForEver();
