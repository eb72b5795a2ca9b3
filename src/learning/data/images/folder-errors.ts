import { TunesmithError } from "../../../base/index.ts";

const mostNamed = 5;

/** A few names in backticks, and how many more there are. */
export function listSome(names: readonly string[]): string {
  const named = names.slice(0, mostNamed).map((name) => `\`${name}\``);
  const more = names.length - named.length;
  return more === 0 ? named.join(", ") : `${named.join(", ")} and ${more} more`;
}

export function folderInvalid(
  path: string,
  {
    rule,
    received,
    hint,
    facts,
  }: {
    readonly rule: string;
    readonly received: string;
    readonly hint?: string | undefined;
    readonly facts?: Record<string, unknown>;
  },
): TunesmithError {
  return new TunesmithError("INVALID_DATA", {
    message: `image folder \`${path}\`: ${rule}, got ${received}.`,
    hint: hint ?? "The folder holds `CLASS/*`, or `train/CLASS/*` with `validation/` and `test/` beside it.",
    facts: { path, rule, received, ...facts },
  });
}

/** @param path of the whole folder */
export function folderUnreadable(path: string, part: string, cause: unknown): unknown {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (cause instanceof TunesmithError || code === undefined) return cause;
  return new TunesmithError("DATA_NOT_FOUND", {
    message: `image folder \`${path}\`: \`${part}\` must be readable, got ${message}.`,
    hint:
      code === "EACCES" || code === "EPERM"
        ? "Let yourself read it."
        : "`path` names a folder; a study file's paths are relative to its folder.",
    facts: { path, part, reason: code },
    cause,
  });
}
