import { nearestName } from "../../../base/index.ts";
import type { ProgramEnd } from "./program.ts";

export interface ProgramOutput {
  /** The objective's metric. */
  readonly metric: string;
  /** What was reported. */
  readonly reported: readonly string[];
  readonly lastLine: string | undefined;
}

/** Why a program's end by itself is no result; undefined when it is one. */
export function failureText(end: ProgramEnd, output: ProgramOutput): string | undefined {
  const { metric, reported, lastLine } = output;
  const words = lastLine === undefined ? "; it printed nothing." : `; its last line: ${lastLine}`;
  switch (end.kind) {
    case "not-started":
      return `its program could not be started: ${end.message}.`;
    case "signalled":
      return `its program was ended by signal ${end.signal}${words}`;
    case "exited":
      if (end.code !== 0) return `its program ended with exit code ${end.code}${words}`;
      return reported.includes(metric) ? undefined : `${missingText(output)}${words}`;
    default:
      return end satisfies never;
  }
}

function missingText({ metric, reported }: ProgramOutput): string {
  const example = `a line such as {"${metric}": 0.5} on its output`;
  if (reported.length === 0) return `its program reported no metric: expected ${example}, got none`;
  const nearest = nearestName(metric, reported);
  const slip = nearest === undefined ? "" : `; did the study mean \`${nearest}\`?`;
  const names = reported.slice(0, 10).map((name) => `\`${name}\``);
  return `its program reported no \`${metric}\`: expected ${example}, got ${names.join(", ")}${slip}`;
}
