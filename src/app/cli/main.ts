/** Where the `tunesmith` command starts. `bin/tunesmith.js` sees to it that this runs under a Node that can. */
import { withoutSecrets } from "../../base/index.ts";
import { runCommandLine } from "./program.ts";

for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    // `tunesmith trials s | head` closes the pipe early; that is not an error.
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
}

// Arguments are seen by every user of the machine; a title in their place hides a password that was given there.
if (process.argv.some((word) => withoutSecrets(word) !== word || word.startsWith("--store=")))
  process.title = "tunesmith";

process.exitCode = await runCommandLine(process.argv.slice(2), process);
