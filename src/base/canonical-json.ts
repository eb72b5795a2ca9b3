import { TunesmithError } from "./errors.ts";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * The one text of a JSON value: keys sorted by UTF-16 code units, no white space, numbers as ECMAScript prints them.
 * Keys whose value is undefined are left out. Equal values give equal text, so the text can be hashed.
 *
 * @throws INVALID_DOCUMENT for values that JSON cannot hold (NaN, Infinity, functions, bigints).
 * @see RFC 8785, JSON Canonicalization Scheme
 */
export function canonicalJson(value: unknown, path = "$"): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number" && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) {
    // Not `map`, which would skip holes.
    return `[${Array.from(value, (item, index) => canonicalJson(item, `${path}[${index}]`)).join(",")}]`;
  }
  if (typeof value === "object") {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item, `${path}.${key}`)}`).join(",")}}`;
  }
  throw new TunesmithError("INVALID_DOCUMENT", {
    message: `canonical JSON: \`${path}\` must be a JSON value, got ${String(value)}.`,
    facts: { path },
  });
}
