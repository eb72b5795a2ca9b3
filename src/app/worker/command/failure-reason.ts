/** Why a program's end by itself is no result. */
import { nearestName } from "../../../base/index.ts";
import type { FailureKind } from "../../../search/trial/index.ts";
import type { ProgramEnd } from "./program.ts";

export interface ProgramOutput {
  /** The objective's metric. */
  readonly metric: string;
  /** What was reported. */
  readonly reported: readonly string[];
  /** The last lines. */
  readonly tail: readonly string[];
  /** Whether the kernel has ended a process for want of memory while it ran. */
  readonly sawOomKill: boolean;
  /** Why it could not be started, as far as that is seen on the disk. */
  readonly startProblem?: string | undefined;
}

export interface FailureReason {
  readonly kind: FailureKind;
  readonly message: string;
}

/** What programs print when an allocation has failed: Python, PyTorch, TensorFlow, NumPy, C++, Node, Java, and the system. */
const outOfMemoryWords =
  /\bMemoryError\b|OutOfMemoryError|out of memory|OOM when allocating|Unable to allocate .* for an array|std::bad_alloc|Cannot allocate memory|can't allocate memory/i;

/** Undefined when the end is a result. */
export function failureReason(end: ProgramEnd, output: ProgramOutput): FailureReason | undefined {
  const { metric, reported, tail, sawOomKill, startProblem } = output;
  const last = tail.at(-1);
  const words = last === undefined ? "; it printed nothing." : `; its last line: ${last}`;
  if (end.kind === "not-started") {
    return error(`its program could not be started: ${startProblem ?? end.message}.`.replace(/\?\.$/, "?"));
  }
  // A shell says by 128 and the signal how what it ran was ended.
  const isKilled = end.kind === "signalled" ? end.signal === "SIGKILL" : end.code === 137;
  if (isKilled && sawOomKill) {
    return {
      kind: "out-of-memory",
      message: "its program was ended by the kernel, which had no memory left.",
    };
  }
  if (end.kind === "exited" && end.code === 0) {
    return reported.includes(metric) ? undefined : error(`${missingText(output)}${words}`);
  }
  const line = tail.findLast((one) => outOfMemoryWords.test(one));
  if (line !== undefined) {
    return {
      kind: "out-of-memory",
      message: `its program could not get the memory that it asked for: ${line}`,
    };
  }
  if (end.kind === "signalled") {
    const whom = end.signal === "SIGKILL" || end.signal === "SIGTERM" ? ", which was not sent from here" : "";
    return error(`its program was ended by signal ${end.signal}${whom}${words}`);
  }
  return error(`its program ended with exit code ${end.code}${codeText(end.code)}${words}`);
}

function error(message: string): FailureReason {
  return { kind: "error", message };
}

/** What `env` and shells say by their own exit code. */
function codeText(code: number): string {
  if (code === 127) return ", which says that a command is not there";
  return code === 126 ? ", which says that a command is not executable" : "";
}

function missingText({ metric, reported }: ProgramOutput): string {
  const example = `a line such as {"${metric}": 0.5} on its output`;
  if (reported.length === 0) return `its program reported no metric: expected ${example}, got none`;
  const nearest = nearestName(metric, reported);
  const slip = nearest === undefined ? "" : `; did the study mean \`${nearest}\`?`;
  const names = reported.slice(0, 10).map((name) => `\`${name}\``);
  return `its program reported no \`${metric}\`: expected ${example}, got ${names.join(", ")}${slip}`;
}
