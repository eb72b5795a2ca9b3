import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";

import { nearestName, TunesmithError, type ErrorDetails } from "../../../base/index.ts";
import type { CommandDocument } from "../../spec/index.ts";
import { startProblem } from "./start-failure.ts";

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
  const [first = ""] = command.arguments;
  const problem = first.includes("${") ? undefined : await startProblem(first, { folder, env: process.env });
  if (problem !== undefined) {
    return {
      message: `command: expected a program that can be started, got none: ${problem}.`.replace(/\?\.$/, "?"),
      hint: "The first word of the command line is a file, relative to its folder, or a name on the PATH.",
      facts: { folder, word: first },
    };
  }
  if (!command.arguments.includes("${program}")) return undefined;
  if (program === null) {
    return {
      message:
        "command: expected a program to run, got none: the study has neither `program` nor words of its own.",
      hint: "Write `program: FILE` into it, or run it with `--set program=FILE`.",
    };
  }
  const path = resolve(folder, program);
  const file = await stat(path).catch(() => undefined);
  if (file !== undefined) return undefined;
  const nearest = nearestName(basename(path), await readdir(dirname(path)).catch(() => []));
  const slip = nearest === undefined ? "." : `; did you mean \`${join(dirname(program), nearest)}\`?`;
  return {
    message: `command: expected the program \`${program}\` in ${folder}, got no such file${slip}`,
    hint: "A program's path is relative to the folder of the study file, or to its `command.folder`.",
    facts: { folder, program },
  };
}

/** To be called before anything of the study is written. @throws INVALID_STUDY_FILE */
export async function checkCommand(document: CommandDocument): Promise<void> {
  const problem = await commandProblem(document);
  if (problem !== undefined) throw new TunesmithError("INVALID_STUDY_FILE", problem);
}
