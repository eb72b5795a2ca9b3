import { stat } from "node:fs/promises";
import { resolve } from "node:path";

import { TunesmithError, type ErrorDetails } from "../../../base/index.ts";
import type { CommandDocument } from "../../spec/index.ts";

/** Why a study's program cannot be there at all; undefined when it may be. */
export async function commandProblem({ command }: CommandDocument): Promise<ErrorDetails | undefined> {
  const { folder, program } = command;
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() !== true) {
    return {
      message: `command: expected the folder that the program runs in, got none at ${folder}.`,
      hint: "Put the folder back, or start another study from where the program is now.",
      facts: { folder },
    };
  }
  if (!command.arguments.includes("${program}")) return undefined;
  if (program === null) {
    return {
      message:
        "command: expected a program to run, got none: the sweep has neither `program` nor a `command` of its own.",
      hint: "Write `program: FILE` into it, or run it with `--set program=FILE`.",
    };
  }
  const file = await stat(resolve(folder, program)).catch(() => undefined);
  if (file !== undefined) return undefined;
  return {
    message: `command: expected the program \`${program}\` in ${folder}, got no such file.`,
    hint: "A program's path is relative to the sweep file, or to where `tunesmith run` is started.",
    facts: { folder, program },
  };
}

/** To be called before anything of the study is written. @throws INVALID_STUDY_FILE */
export async function checkCommand(document: CommandDocument): Promise<void> {
  const problem = await commandProblem(document);
  if (problem !== undefined) throw new TunesmithError("INVALID_STUDY_FILE", problem);
}
