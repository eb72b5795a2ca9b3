import { suggestName, type Json } from "../../../base/index.ts";
import { invalidSpace } from "../invalid-space.ts";
import type { DistributionRecord } from "../distribution.ts";

/**
 * `log`: equal ratios are equally likely, as suits learning rates and decays. `reverse-log`: as `log` seen from the upper end,
 * so values near `high` are told apart most finely, as suits momenta and dropout's keep rates.
 */
export type Scale = "linear" | "log" | "reverse-log";

const scales: readonly Scale[] = ["linear", "log", "reverse-log"];

/** The rules that every numeric range keeps. @throws INVALID_SPACE */
export function parseRange(
  record: DistributionRecord,
  where: string,
): { low: number; high: number; scale: Scale; step: number | null } {
  const low = finiteNumber(record["low"], `${where}: \`low\``);
  const high = finiteNumber(record["high"], `${where}: \`high\``);
  const scale = (record["scale"] ?? "linear") as Json;
  if (!scales.includes(scale as Scale)) {
    throw invalidSpace(`${where}: unknown scale \`${String(scale)}\`; ${suggestName(String(scale), scales)}`);
  }
  if (low > high) {
    throw invalidSpace(`${where}: \`low\` must be at most \`high\`, got low ${low} and high ${high}.`, {
      hint: "Swap the two bounds.",
    });
  }
  if (!Number.isFinite(high - low)) {
    throw invalidSpace(`${where}: high - low must be below 1.8e308, got low ${low} and high ${high}.`);
  }
  if (scale !== "linear" && low <= 0) {
    throw invalidSpace(`${where}: \`low\` must be > 0 on a log scale, got ${low}.`, {
      hint: "Give a small positive bound, or list the values with a zero among them.",
    });
  }
  const step = record["step"] ?? null;
  if (step === null) return { low, high, scale: scale as Scale, step };
  const size = finiteNumber(step, `${where}: \`step\``);
  if (size <= 0) throw invalidSpace(`${where}: \`step\` must be > 0, got ${size}.`);
  if (scale !== "linear") {
    throw invalidSpace(`${where}: \`step\` needs a linear scale, got step ${size} on a log scale.`, {
      hint: "Leave out the step, or list the values.",
    });
  }
  const steps = (high - low) / size;
  if (Math.abs(steps - Math.round(steps)) > 1e-9 * Math.max(1, steps)) {
    throw invalidSpace(
      `${where}: \`step\` must divide high - low, got step ${size} from ${low} to ${high}.`,
      {
        hint: `The last value reached is ${roundDecimal(low + Math.floor(steps) * size)}: make it \`high\`.`,
      },
    );
  }
  return { low, high, scale: "linear", step: size };
}

/** @throws INVALID_SPACE */
export function finiteNumber(value: Json | undefined, where: string): number {
  // JSON has no negative zero.
  if (typeof value === "number" && Number.isFinite(value)) return value + 0;
  throw invalidSpace(
    `${where} must be a finite number, got ${value === undefined ? "nothing" : JSON.stringify(value)}.`,
  );
}

/** The nearest number of 15 significant decimal digits: 0.1 + 2 * 0.1 is then 0.3, as a person wrote it. */
export function roundDecimal(value: number): number {
  return Number(value.toPrecision(15));
}
