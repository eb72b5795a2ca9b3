/** The words of a command line and the macros in them, as the readers of study files and of W&B sweeps share them. */
import { extname } from "node:path";

import { nearestName } from "../../../base/index.ts";

/** Words of their own. @see https://docs.wandb.ai/models/sweeps/sweep-config-keys, "Command macros" */
const wordMacros = [
  "env",
  "interpreter",
  "program",
  "args",
  "args_no_equals",
  "args_no_hyphens",
  "args_no_boolean_flags",
  "args_json",
  "args_json_file",
] as const;

/** Filled in inside a word too, where no parameter has the name. */
const textMacros = ["metrics_file", "trial_folder", "trial", "seed"] as const;

/** What is run where nothing else is said: as by W&B. */
export const defaultArguments: readonly string[] = ["${env}", "${interpreter}", "${program}", "${args}"];

export const interpreterNames = ["python", "node", "sh"] as const;

type InterpreterName = (typeof interpreterNames)[number];

const interpreters: Readonly<Record<string, InterpreterName>> = {
  ".js": "node",
  ".mjs": "node",
  ".cjs": "node",
  ".ts": "node",
  ".mts": "node",
  ".sh": "sh",
};

/** What runs a program, by the end of its name. */
export function interpreterOf(program: string | null): InterpreterName {
  return interpreters[extname(program ?? "")] ?? "python";
}

export type MacroFinding =
  | { readonly kind: "parameter"; readonly macro: string; readonly name: string }
  | { readonly kind: "inside"; readonly macro: string }
  | { readonly kind: "unknown"; readonly macro: string; readonly nearest: string | undefined };

export interface MacroOptions {
  /** What the program calls its parameters. */
  readonly names: readonly string[];
  /** False for text that is one whole, such as a variable's value: no macro for words of their own may stand there. */
  readonly isWord: boolean;
}

/** What is to be said of the macros of one word. A text macro and `${envvar:NAME}` need nothing. */
export function macroFindings(word: string, { names, isWord }: MacroOptions): MacroFinding[] {
  return [...word.matchAll(/\$\{([^}]*)\}/g)].flatMap(([macro, name = ""]): MacroFinding[] => {
    if (/^envvar:[A-Z0-9_]*$/.test(name)) return [];
    const isWordMacro = (wordMacros as readonly string[]).includes(name);
    const isWhole = isWord && macro === word;
    if (isWordMacro && isWhole) return [];
    if (names.includes(name)) return [{ kind: "parameter", macro, name }];
    if ((textMacros as readonly string[]).includes(name)) return [];
    if (isWordMacro) return [{ kind: "inside", macro }];
    const candidates = [...(isWord ? wordMacros : []), ...textMacros, ...names];
    return [{ kind: "unknown", macro, nearest: nearestName(name, candidates) }];
  });
}
