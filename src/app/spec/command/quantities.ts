/** Times and sizes as a person writes them: `90`, `30m`, `4GB`. */
import { z } from "zod";

const millisecondsPer: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

const bytesPer: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
  TIB: 2 ** 40,
};

/** Node's timers hold no more. */
const longestMs = 2 ** 31 - 1;

function quantity(written: unknown, unitOf: (unit: string) => number | undefined): number | undefined {
  if (typeof written === "number") return Number.isFinite(written) ? written * unitOf("")! : undefined;
  if (typeof written !== "string") return undefined;
  const [, number, unit = ""] = /^\s*(\d+(?:\.\d+)?|\.\d+)\s*([A-Za-z]*)\s*$/.exec(written) ?? [];
  const factor = unitOf(unit);
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}

/** A number is in seconds. Undefined for what is no time of at most 24 days. */
function parseDuration(written: unknown): number | undefined {
  const ms = quantity(written, (unit) => (unit === "" ? 1000 : millisecondsPer[unit]));
  return ms !== undefined && ms >= 0 && ms <= longestMs ? ms : undefined;
}

/** A number is in bytes. Undefined for what is no size above 0. */
function parseSize(written: unknown): number | undefined {
  const bytes = quantity(written, (unit) => (unit === "" ? 1 : bytesPer[unit.toUpperCase()]));
  return bytes !== undefined && bytes > 0 && bytes <= Number.MAX_SAFE_INTEGER ? Math.round(bytes) : undefined;
}

const durationRule = "expected a time such as `90s`, `30m` or `2h` of at most 24 days";
const sizeRule = "expected a size such as `500MB` or `4GB`";

const written = z.union([z.number(), z.string()]);

/** Milliseconds. */
export const durationSchema = written
  .refine((value) => parseDuration(value) !== undefined, durationRule)
  .transform((value) => parseDuration(value)!);

/** Bytes. */
export const sizeSchema = written
  .refine((value) => parseSize(value) !== undefined, sizeRule)
  .transform((value) => parseSize(value)!);
