import type { CliContext } from "../context.ts";
import { LiveBoard } from "./live-board.ts";
import { PlainLines } from "./plain-lines.ts";
import type { RunDisplay } from "./run-display.ts";

/** A live board on a terminal, lines in a file or a pipe, warnings alone under `--quiet`. */
export function createDisplay(context: CliContext): RunDisplay {
  const { stderr, env } = context.process;
  const style = context.styleOf("stderr");
  if (!context.isQuiet && stderr.isTTY && env["TERM"] !== "dumb") return new LiveBoard(stderr, style);
  return new PlainLines(stderr, { style, isQuiet: context.isQuiet });
}
