/** Creates a store and its study, says so, and does nothing more. */
import { once } from "node:events";

import { createAcknowledgedStudy } from "../acknowledged-study.ts";

process.send!("ready");
await once(process, "message");
await createAcknowledgedStudy(process.argv[2]!);
process.on("message", () => undefined);
process.send!("created");
