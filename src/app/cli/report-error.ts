import { CommanderError } from "commander";

import { TunesmithError, internalError } from "../../base/index.ts";
import type { CliContext } from "./context.ts";

/** Prints `error: message` and `hint: way out` on stderr; returns the exit status. No stack unless TUNESMITH_DEBUG=1. */
export function reportError(error: unknown, context: CliContext): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    // Help that was not asked for has been printed and says enough.
    if (error.code === "commander.help") return 2;
  }
  const { stderr, env } = context.process;
  const style = context.styleOf("stderr");
  const known = toTunesmithError(error);
  stderr.write(`${style.bad("error:")} ${known.message}\n`);
  if (known.hint !== undefined) stderr.write(`${style.accent("hint:")} ${known.hint}\n`);
  if (known.code === "INTERNAL") {
    if (env["TUNESMITH_DEBUG"] === "1") stderr.write(`${stackOf(error)}\n`);
    else stderr.write(`${style.accent("hint:")} TUNESMITH_DEBUG=1 shows where it happened.\n`);
  }
  return known.exitStatus;
}

function toTunesmithError(error: unknown): TunesmithError {
  if (error instanceof TunesmithError) return error;
  if (error instanceof CommanderError) {
    const message = error.message
      .replace(/^error: /, "")
      .replace(
        /\n\(Did you mean (?:one of )?(.+)\?\)$/s,
        (_, names: string) => `; did you mean \`${names}\`?`,
      )
      .replaceAll("'", "`");
    return new TunesmithError("INVALID_USAGE", {
      message: /[.?]$/.test(message) ? message : `${message}.`,
      hint: "`tunesmith --help` lists the verbs, `tunesmith VERB --help` what one takes.",
    });
  }
  const message = error instanceof Error ? error.message : String(error);
  return internalError(message);
}

function stackOf(error: unknown): string {
  const cause =
    error instanceof Error && error.cause !== undefined ? `\ncaused by ${stackOf(error.cause)}` : "";
  return error instanceof Error ? `${error.stack ?? error.message}${cause}` : String(error);
}
