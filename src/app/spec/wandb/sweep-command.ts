/** What a W&B sweep runs: its `program` and `command`, and keys that are this product's own, as a study file says it. */
import { splitWords } from "../../../base/index.ts";
import { describeIssues } from "../describe-issue.ts";
import { commandPartSchema, type CommandPart } from "../command/command-part.ts";
import { defaultArguments, interpreterOf, macroFindings } from "../command/command-words.ts";
import { valueText, type SourcePath } from "../problems.ts";
import type { Notes } from "./notes.ts";

/** What of a study file's `command` a sweep has under a key of its own. */
const ownKeys: Readonly<Record<string, readonly [string] | readonly ["metrics", string]>> = {
  trial_seconds: ["timeLimit"],
  kill_seconds: ["grace"],
  memory_limit: ["memoryLimit"],
  retries: ["retries"],
  environment: ["env"],
  metric_patterns: ["metrics", "patterns"],
  metric_file: ["metrics", "file"],
  metric_http: ["metrics", "http"],
  metric_step: ["metrics", "step"],
};

/** Keys of sweeps that W&B does not have and that say how a program is run. */
export const ownCommandKeys: readonly string[] = Object.keys(ownKeys);

export interface SweepCommandOptions {
  /** What the program calls its parameters, those at the top. */
  readonly names: readonly string[];
  readonly notes: Notes;
}

export function sweepCommand(
  sweep: Readonly<Record<string, unknown>>,
  { names, notes }: SweepCommandOptions,
): CommandPart {
  const program = programOf(sweep["program"], notes);
  const words = wordsOf(sweep["command"], notes);
  for (const { word, path } of words) noteMacros(word, { path, names, notes });
  const interpreter = interpreterOf(program ?? null);
  if (interpreter !== "python" && words.some(({ word }) => word === "${interpreter}")) {
    notes.warn(["program"], `program: \`${program}\` is run by ${interpreter}; W&B would run it by python.`);
  }
  return {
    ...ownPart(sweep, notes),
    run: words.map(({ word }) => word),
    ...(program === undefined ? {} : { program }),
  };
}

/** The keys that are this product's own, by the rules of study files. */
function ownPart(sweep: Readonly<Record<string, unknown>>, notes: Notes): CommandPart {
  const given = Object.entries(ownKeys).filter(([key]) => sweep[key] !== undefined && sweep[key] !== null);
  const part: Record<string, unknown> = {};
  const metrics: Record<string, unknown> = {};
  for (const [key, [head, below]] of given) {
    if (below === undefined) part[head] = secondsOf(key, sweep[key]);
    else metrics[below] = sweep[key];
  }
  const value = Object.keys(metrics).length > 0 ? { ...part, metrics } : part;
  const parsed = commandPartSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const { path, message } of describeIssues(parsed.error.issues, { schema: commandPartSchema, value })) {
    const [key, place] = given.find(([, own]) => own.every((name, index) => name === path[index]))!;
    notes.refuse([key, ...path.slice(place.length)], message, "value");
  }
  return {};
}

/** A text that is a number is one of seconds, as YAML often has it in quotes. */
function secondsOf(key: string, given: unknown): unknown {
  const isNumber = key.endsWith("_seconds") && typeof given === "string" && given.trim() !== "";
  return isNumber && Number.isFinite(Number(given)) ? Number(given) : given;
}

function programOf(given: unknown, notes: Notes): string | undefined {
  if (given === undefined || given === null || given === "") return undefined;
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

function noteMacros(
  word: string,
  {
    path,
    names,
    notes,
  }: { readonly path: SourcePath; readonly names: readonly string[]; readonly notes: Notes },
): void {
  for (const finding of macroFindings(word, { names, isWord: true })) {
    const { macro } = finding;
    if (finding.kind === "parameter") {
      notes.warn(
        path,
        `command: \`${macro}\` is the value of \`${finding.name}\`, which W&B would not fill in.`,
      );
    } else if (finding.kind === "inside") {
      notes.warn(path, `command: \`${macro}\` is filled in only as a word of its own, got \`${word}\`.`);
    } else if (macro === word) {
      const slip = finding.nearest === undefined ? "." : `; did you mean \`\${${finding.nearest}}\`?`;
      notes.warn(path, `command: unknown macro \`${macro}\` is left out, as by W&B${slip}`);
    }
  }
}
