import { TunesmithError } from "../../base/index.ts";

export function invalidSpace(
  message: string,
  details: { readonly hint?: string; readonly facts?: Readonly<Record<string, unknown>> } = {},
): TunesmithError {
  return new TunesmithError("INVALID_SPACE", { message, ...details });
}
