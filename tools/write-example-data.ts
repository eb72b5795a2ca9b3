/** Writes the files in `examples/data/`; see `example-data.ts` for what they are. */
import { mkdirSync, writeFileSync } from "node:fs";

import { exampleData } from "./example-data.ts";

const folder = new URL("../examples/data/", import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, bytes] of Object.entries(exampleData())) writeFileSync(new URL(name, folder), bytes);
