import { TunesmithError } from "../../../base/index.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** A length of time for a person, two units at most: `340 ms`, `4.2 s`, `2m 05s`, `1h 02m`, `3d 04h`. */
export function formatDuration(ms: number): string {
  if (ms < second) return `${Math.round(ms)} ms`;
  if (ms < 59.95 * second) return `${(ms / second).toFixed(1)} s`;
  if (ms < hour - second / 2) return pair(Math.round(ms / second), 60, ["m", "s"]);
  if (ms < day - minute / 2) return pair(Math.round(ms / minute), 60, ["h", "m"]);
  return pair(Math.round(ms / hour), 24, ["d", "h"]);
}

function pair(count: number, base: number, [large, small]: readonly [string, string]): string {
  return `${Math.floor(count / base)}${large} ${String(count % base).padStart(2, "0")}${small}`;
}

const units: Readonly<Record<string, number>> = { ms: 1, s: second, m: minute, h: hour, d: day };

/**
 * Milliseconds from `30s`, `30m`, `2h` or `1h30m`.
 *
 * @param where names the option in the message.
 * @throws INVALID_USAGE
 */
export function parseDuration(text: string, where: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  const total = parts.reduce((sum, [, count, unit]) => sum + Number(count) * units[unit!]!, 0);
  if (parts.map(([part]) => part).join("") === text && total > 0) return total;
  throw new TunesmithError("INVALID_USAGE", {
    message: `${where}: expected a length of time > 0 such as 30s, 30m or 2h, got \`${text}\`.`,
  });
}
