import { TunesmithError } from "../../../base/index.ts";
import type { Finding } from "../../../learning/training/index.ts";
import type { StudyWarning } from "../../spec/index.ts";

/** Two lines for each warning: what and why, and the way out. */
export function warningLines(findings: readonly Finding[]): string[] {
  return findings
    .filter(({ severity }) => severity === "warning")
    .flatMap(({ code, message, hint }) => [`warning ${code}: ${message}`, `  ${hint}`]);
}

/** A line for each thing that was understood otherwise than the file says it. */
export function readingLines(file: string, warnings: readonly StudyWarning[]): string[] {
  return warnings.map(
    ({ line, message }) => `warning: ${line === null ? file : `${file}:${line}`}: ${message}`,
  );
}

/** @throws INVALID_DOCUMENT when nothing can be learnt so. */
export function refuseErrors(findings: readonly Finding[]): void {
  const error = findings.find(({ severity }) => severity === "error");
  if (error === undefined) return;
  const { message, hint, ...facts } = error;
  throw new TunesmithError("INVALID_DOCUMENT", { message, hint, facts });
}
