/**
 * A number for a person: at most 4 significant digits, whole numbers below 10^7 in full, `1e-4` rather than 0.0001.
 */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "inf" : "-inf";
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e7) return String(value);
  if (size >= 1e-3 && size < 1e7) {
    // 4 digits must not cut whole numbers: 12345.6 is 12346, not 12350.
    return String(size >= 1000 ? Math.round(value) : Number(value.toPrecision(4)));
  }
  const [mantissa, exponent] = value.toExponential(3).split("e") as [string, string];
  return `${Number(mantissa)}e${Number(exponent)}`;
}

/** A parameter's value: numbers as above, text without quotes, lists as [64, 32]. */
export function formatValue(value: unknown): string {
  if (typeof value === "number") return formatNumber(value);
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return `[${value.map(formatValue).join(", ")}]`;
  return JSON.stringify(value) ?? "";
}

/** 1 kB is 1000 bytes. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value >= 100 || power === 0 ? Math.round(value) : Number(value.toPrecision(3))} ${units[power]}`;
}
