import { TunesmithError } from "../../base/index.ts";
import { valueAt, withValueAt } from "./document-schema.ts";
import type { Locate, SourcePath } from "./problems.ts";
import { readYamlValue, type Source } from "./yaml-source.ts";

/** A value given on the command line in place of the file's. */
export interface Override {
  readonly path: SourcePath;
  readonly value: unknown;
  /** How the person wrote it: `--set training.epochs=3`. */
  readonly label: string;
}

/** @throws INVALID_USAGE unless the text is `path=value` with a YAML value. */
export function parseOverride(text: string): Override {
  const { path, value } = parseAssignment(text, {
    where: "--set",
    hint: "For example: --set training.epochs=20 or --set 'model.hidden=[64, 32]'.",
  });
  return { path: path.split("."), value, label: `--set ${text}` };
}

/** @throws INVALID_USAGE, its message beginning with `where`, unless the text is `path=value` with a YAML value. */
export function parseAssignment(
  text: string,
  { where, hint }: { readonly where: string; readonly hint: string },
): { readonly path: string; readonly value: unknown } {
  const [, path, valueText] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  const parsed = valueText === undefined ? undefined : readYamlValue(valueText);
  if (path === undefined || parsed === undefined || path.split(".").includes("")) {
    throw new TunesmithError("INVALID_USAGE", {
      message: `${where}: expected \`path=value\` with a YAML value, got \`${text}\`.`,
      hint,
    });
  }
  return { path: path.trim(), value: parsed.value };
}

/**
 * The source with values replaced; a problem with one of them points at the command line.
 *
 * @throws INVALID_USAGE for a path that the study searches over: the search would set it again.
 */
export function overrideSource(source: Source, overrides: readonly Override[]): Source {
  let value = source.value;
  for (const override of overrides) {
    const name = override.path.join(".");
    if (valueAt(source.value, ["search", "parameters", name]) !== undefined) {
      throw new TunesmithError("INVALID_USAGE", {
        message: `${override.label}: \`${name}\` is searched over, so it cannot also be set.`,
        hint: `Take \`${name}\` out of \`search.parameters\`, or give it one value there.`,
      });
    }
    value = withValueAt(value, override.path, override.value);
  }
  const locate: Locate = (path, target) => {
    const override = overrides.findLast(({ path: set }) =>
      set.every((key, i) => String(key) === String(path[i])),
    );
    return override?.label ?? source.locate(path, target);
  };
  return { value, locate };
}
