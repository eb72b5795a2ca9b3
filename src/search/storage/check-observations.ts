import { TunesmithError } from "../../base/index.ts";
import type { Observation } from "../trial/index.ts";

/** What an index of PostgreSQL holds, whatever the characters. */
const longestName = 500;

/** The border of every storage. @throws INVALID_USAGE for a step, time or metric that no record may hold. */
export function checkObservations(observations: readonly Observation[]): void {
  for (const { metric, step, time, value } of observations) {
    if (typeof metric !== "string" || metric === "") throw unusable("`metric` must be a name", metric);
    if (metric.length > longestName || !metric.isWellFormed() || metric.includes("\0")) {
      const rule = `\`metric\` must have ${longestName} characters at most, all of which databases keep`;
      throw unusable(rule, JSON.stringify(metric.slice(0, 50)));
    }
    if (!Number.isSafeInteger(step) || step < 1)
      throw unusable(`\`${metric}\`: \`step\` must be a whole number >= 1`, step);
    if (!Number.isSafeInteger(time))
      throw unusable(`\`${metric}\`: \`time\` must be whole milliseconds`, time);
    if (typeof value !== "number") throw unusable(`\`${metric}\`: \`value\` must be a number`, value);
  }
}

function unusable(rule: string, received: unknown): TunesmithError {
  return new TunesmithError("INVALID_USAGE", { message: `observation: ${rule}, got ${String(received)}.` });
}
