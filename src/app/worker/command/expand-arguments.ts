/**
 * The words of a program's command line, with W&B's macros filled in. Words stay words: no shell reads them, so a value with a
 * space or a semicolon is one argument.
 *
 * *Differs from W&B:* the name of a parameter is a macro too, and is filled in inside a word, and so is what only this product
 * knows of a trial; `${interpreter}` is Node for a program of JavaScript, and `python3` where there is no `python`.
 *
 * @see https://docs.wandb.ai/models/sweeps/sweep-config-keys, "Command macros"
 */
import type { Json } from "../../../base/index.ts";
import type { CommandSettings } from "../../spec/index.ts";

type Values = Readonly<Record<string, Json>>;

export interface ExpandOptions {
  readonly config: Values;
  /** Path of a file with the values as JSON. */
  readonly configFile: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Texts by macros' names, for macros that no parameter has the name of. */
  readonly texts: Readonly<Record<string, string>>;
  /** Path or name of the program that `${interpreter}` stands for. */
  readonly interpreter: string;
  /** `/usr/bin/env`, where there is one. */
  readonly envProgram: string | null;
}

export function expandArguments(command: CommandSettings, options: ExpandOptions): string[] {
  const { config, texts } = options;
  const whole = wholeWords(command, options);
  return command.arguments.flatMap((word) => {
    const [, name] = /^\$\{([^}]*)\}$/.exec(word) ?? [];
    if (name !== undefined && Object.hasOwn(whole, name)) return whole[name]!();
    const isKnown = (one: string) => Object.hasOwn(config, one) || Object.hasOwn(texts, one);
    if (name !== undefined && !name.startsWith("envvar:") && !isKnown(name)) return [];
    return expandText(word, options);
  });
}

/** The macros that stand inside a word, and in the value of a variable. What they become is not looked at again. */
export function expandText(
  text: string,
  { config, env, texts }: Pick<ExpandOptions, "config" | "env" | "texts">,
): string {
  return text.replaceAll(/\$\{([^}]*)\}/g, (macro, inner: string) => {
    const [, variable] = /^envvar:([A-Z0-9_]*)$/.exec(inner) ?? [];
    if (variable !== undefined) return env[variable] ?? variable;
    if (Object.hasOwn(config, inner)) return pythonText(config[inner]!);
    return Object.hasOwn(texts, inner) ? texts[inner]! : macro;
  });
}

/** Macros that may stand for no word or for several. */
function wholeWords(
  { program }: CommandSettings,
  { config, configFile, interpreter, envProgram }: ExpandOptions,
): Readonly<Record<string, () => string[]>> {
  const pairs = Object.entries(config);
  const flag = (name: string, value: Json) => `--${name}=${pythonText(value)}`;
  return {
    env: () => (envProgram === null ? [] : [envProgram]),
    interpreter: () => [interpreter],
    program: () => (program === null ? [] : [program]),
    args: () => pairs.map(([name, value]) => flag(name, value)),
    args_no_equals: () => pairs.flatMap(([name, value]) => [`--${name}`, pythonText(value)]),
    args_no_hyphens: () => pairs.map(([name, value]) => `${name}=${pythonText(value)}`),
    args_no_boolean_flags: () =>
      pairs.flatMap(([name, value]) => {
        if (typeof value === "boolean") return value ? [`--${name}`] : [];
        return [flag(name, value)];
      }),
    args_json: () => [JSON.stringify(config)],
    args_json_file: () => [configFile],
  };
}

/** A value as Python's `str` writes it, which programs that W&B starts are used to. */
function pythonText(value: Json): string {
  return typeof value === "string" ? value : pythonLiteral(value);
}

function pythonLiteral(value: Json): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return quoted(value);
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(", ")}]`;
  const pairs = Object.entries(value as Values).map(
    ([key, item]) => `${quoted(key)}: ${pythonLiteral(item)}`,
  );
  return `{${pairs.join(", ")}}`;
}

function quoted(text: string): string {
  const escaped = text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  if (!escaped.includes("'")) return `'${escaped}'`;
  return escaped.includes('"') ? `'${escaped.replaceAll("'", "\\'")}'` : `"${escaped}"`;
}
