/** What a W&B sweep runs: its `program` and `command` as the settings of a command document. */
import { extname } from "node:path";

import { nearestName } from "../../../base/index.ts";
import { defaultGraceMs, type CommandSettings } from "../command-document.ts";
import { valueText, type SourcePath } from "../problems.ts";
import type { Notes } from "./notes.ts";

/** @see https://docs.wandb.ai/models/sweeps/sweep-config-keys, "Command macros" */
const macros = [
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

/** What W&B runs of a sweep that has no `command`. */
const defaultArguments: readonly string[] = ["${env}", "${interpreter}", "${program}", "${args}"];

const interpreterOf: Readonly<Record<string, CommandSettings["interpreter"]>> = {
  ".js": "node",
  ".mjs": "node",
  ".cjs": "node",
  ".ts": "node",
  ".mts": "node",
  ".sh": "sh",
};

export interface SweepCommandOptions {
  readonly folder: string;
  /** What the program calls its parameters, those at the top. */
  readonly names: readonly string[];
  readonly notes: Notes;
}

export function sweepCommand(
  sweep: Readonly<Record<string, unknown>>,
  { folder, names, notes }: SweepCommandOptions,
): Omit<CommandSettings, "parameters"> {
  const program = programOf(sweep["program"], notes);
  const words = wordsOf(sweep["command"], notes);
  for (const { word, path } of words) checkMacros(word, { path, names, notes });
  const interpreter = interpreterOf[extname(program ?? "")] ?? "python";
  if (interpreter !== "python" && words.some(({ word }) => word === "${interpreter}")) {
    notes.warn(["program"], `program: \`${program}\` is run by ${interpreter}; W&B would run it by python.`);
  }
  const timeLimit = secondsOf(sweep, "trial_seconds", notes);
  const grace = secondsOf(sweep, "kill_seconds", notes);
  return {
    arguments: words.map(({ word }) => word),
    program,
    interpreter,
    folder,
    ...(timeLimit === undefined || timeLimit === 0 ? {} : { timeLimitMs: timeLimit * 1000 }),
    graceMs: grace === undefined ? defaultGraceMs : grace * 1000,
  };
}

function programOf(given: unknown, notes: Notes): string | null {
  if (given === undefined || given === null || given === "") return null;
  if (typeof given !== "string") notes.warn(["program"], `program: ${valueText(given)} is read as text.`);
  return String(given);
}

interface Word {
  readonly word: string;
  readonly path: SourcePath;
}

function wordsOf(given: unknown, notes: Notes): readonly Word[] {
  const usual = defaultArguments.map((word) => ({ word, path: ["command"] }));
  if (given === undefined || given === null) return usual;
  const path = ["command"];
  if (typeof given === "string") {
    const words = splitWords(given).map((word) => ({ word, path }));
    notes.warn(
      path,
      `command: is read as the words ${words.map(({ word }) => `\`${word}\``).join(", ")}; no shell runs it.`,
    );
    return words.length === 0 ? usual : words;
  }
  if (!Array.isArray(given) || given.length === 0) {
    notes.warn(path, `command: expected a list of words, got ${valueText(given)}; the usual command is run.`);
    return usual;
  }
  return given.map((word: unknown, index) => ({
    word: typeof word === "string" ? word : typeof word === "object" ? JSON.stringify(word) : String(word),
    path: ["command", index],
  }));
}

/** As a shell splits a plain line: at white space outside of quotes. */
function splitWords(line: string): string[] {
  const words = line.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  return words.map((word) =>
    word.replaceAll(/"([^"]*)"|'([^']*)'/g, (_, a?: string, b?: string) => a ?? b ?? ""),
  );
}

function checkMacros(
  word: string,
  {
    path,
    names,
    notes,
  }: { readonly path: SourcePath; readonly names: readonly string[]; readonly notes: Notes },
): void {
  for (const [whole, name = ""] of word.matchAll(/\$\{([^}]*)\}/g)) {
    if (/^envvar:[A-Z0-9_]*$/.test(name)) continue;
    const isMacro = (macros as readonly string[]).includes(name);
    if (isMacro && whole === word) continue;
    if (names.includes(name)) {
      notes.warn(path, `command: \`${whole}\` is the value of \`${name}\`, which W&B would not fill in.`);
    } else if (isMacro) {
      notes.warn(path, `command: \`${whole}\` is filled in only as a word of its own, got \`${word}\`.`);
    } else if (whole === word) {
      const nearest = nearestName(name, [...macros, ...names]);
      const slip = nearest === undefined ? "" : `; did you mean \`\${${nearest}}\`?`;
      notes.warn(
        path,
        `command: unknown macro \`${whole}\` is left out, as by W&B${slip}`.replace(/([^?])$/, "$1."),
      );
    }
  }
}

/** A number of seconds of one of the keys that are this product's own. */
function secondsOf(sweep: Readonly<Record<string, unknown>>, key: string, notes: Notes): number | undefined {
  const given = sweep[key];
  if (given === undefined || given === null) return undefined;
  const seconds = Number(given);
  if (Number.isFinite(seconds) && seconds >= 0) return seconds;
  notes.refuse([key], `expected a number of seconds >= 0, got ${valueText(given)}.`, "value");
  return undefined;
}
