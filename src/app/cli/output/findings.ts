import { TunesmithError } from "../../../base/index.ts";
import type { Finding } from "../../../learning/training/index.ts";

/** Two lines for each warning: what and why, and the way out. */
export function warningLines(findings: readonly Finding[]): string[] {
  return findings
    .filter(({ severity }) => severity === "warning")
    .flatMap(({ code, message, hint }) => [`warning ${code}: ${message}`, `  ${hint}`]);
}

/** @throws INVALID_DOCUMENT when nothing can be learnt so. */
export function refuseErrors(findings: readonly Finding[]): void {
  const error = findings.find(({ severity }) => severity === "error");
  if (error === undefined) return;
  const { message, hint, ...facts } = error;
  throw new TunesmithError("INVALID_DOCUMENT", { message, hint, facts });
}
