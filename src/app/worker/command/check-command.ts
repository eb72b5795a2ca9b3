import { stat } from "node:fs/promises";
import { resolve } from "node:path";

import { TunesmithError } from "../../../base/index.ts";
import type { CommandDocument } from "../../spec/index.ts";

/**
 * Whether a study's program can be there at all, before anything of the study is written.
 *
 * @throws INVALID_STUDY_FILE
 */
export async function checkCommand({ command }: CommandDocument): Promise<void> {
  const { folder, program } = command;
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() !== true) {
    throw new TunesmithError("INVALID_STUDY_FILE", {
      message: `command: expected the folder that the program runs in, got none at ${folder}.`,
      hint: "Put the folder back, or start another study from where the program is now.",
      facts: { folder },
    });
  }
  if (!command.arguments.includes("${program}")) return;
  if (program === null) {
    throw new TunesmithError("INVALID_STUDY_FILE", {
      message:
        "command: expected a program to run, got none: the sweep has neither `program` nor a `command` of its own.",
      hint: "Write `program: FILE` into it, or run it with `--set program=FILE`.",
    });
  }
  const file = await stat(resolve(folder, program)).catch(() => undefined);
  if (file !== undefined) return;
  throw new TunesmithError("INVALID_STUDY_FILE", {
    message: `command: expected the program \`${program}\` in ${folder}, got no such file.`,
    hint: "A program's path is relative to the sweep file, or to where `tunesmith run` is started.",
    facts: { folder, program },
  });
}
