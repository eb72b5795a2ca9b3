/**
 * A study whose trials run a program, from a plain value to a study that can be created. Its parameters are the program's, by
 * the names that they have there; everything else of `search` is as in any study.
 */
import { resolve } from "node:path";

import { toSeed, type Json } from "../../../base/index.ts";
import { checkPaths, createSpace, fromUnit, type SearchSpace } from "../../../search/space/index.ts";
import type { StudyDefinition } from "../../../search/trial/index.ts";
import { checkParameters } from "../check-parameters.ts";
import type { CheckedStudy } from "../check-study.ts";
import { commandSettings, type CommandDocument } from "../command-document.ts";
import { describeIssues } from "../describe-issue.ts";
import type { DocumentRules } from "../document-rules.ts";
import { numberOfTrials } from "../number-of-trials.ts";
import { studyFileError, type Locate, type SourcePath, type SpecProblem } from "../problems.ts";
import { searchSettings } from "../search-settings.ts";
import { checkLabels } from "../study-labels.ts";
import { commandStudySchema } from "../study-schema.ts";
import { warmStartsOf } from "../warm-start.ts";
import { checkDraw, orProblem, rulesOf } from "../whole-space.ts";
import type { CommandPart } from "./command-part.ts";
import { macroFindings } from "./command-words.ts";

/** Parts of a study of built-in training. */
const trainingParts: readonly string[] = ["data", "model", "training"];

/** Keys of the document that no parameter may take. */
const reserved: readonly string[] = ["command", "__proto__"];

/** True of a study file whose trials run a program. */
export function isCommandStudy(raw: unknown): raw is { readonly command: unknown } {
  return typeof raw === "object" && raw !== null && Object.hasOwn(raw, "command");
}

/** @throws INVALID_STUDY_FILE with all problems, each where `locate` says it stands. */
export function checkCommandStudy(
  raw: { readonly command: unknown },
  locate: Locate,
  folder: string,
): CheckedStudy {
  const both = trainingParts.filter((part) => Object.hasOwn(raw, part));
  if (both.length > 0) throw studyFileError(both.map(bothProblem), locate);
  const parsed = commandStudySchema.safeParse(raw);
  if (!parsed.success) {
    throw studyFileError(
      describeIssues(parsed.error.issues, { schema: commandStudySchema, value: raw }),
      locate,
    );
  }
  const file = parsed.data;
  const { command: part, search, seed } = file;
  const derived = Object.keys(search.derived ?? {});
  const names = [...Object.keys(search.parameters), ...derived];
  const { parameters, problems } = checkParameters(search.parameters, rules);
  const all = [...nameProblems(Object.keys(search.parameters)), ...commandProblems(part, names), ...problems];
  if (all.length > 0) throw studyFileError(all, locate);

  const space = orProblem(() => createSpace(parameters, rulesOf(file)), {
    path: ["search", "parameters"],
    locate,
  });
  const command = commandSettings(part, {
    folder: resolve(folder, part.folder ?? "."),
    parameters: [...new Set(names)],
  });
  const baseDocument = { ...valuesOf(space), command } as CommandDocument;
  orProblem(() => checkPaths({ ...baseDocument, seed }, space), { path: ["search", "parameters"], locate });
  checkDraw(baseDocument, { space, seed, rules, locate });
  const { settings, problems: settingProblems } = searchSettings(file, { space, rules });
  const labels = checkLabels(file.labels, space);
  const lastProblems = [...settingProblems, ...labels.problems];
  if (lastProblems.length > 0) throw studyFileError(lastProblems, locate);
  const definition: StudyDefinition = {
    name: file.study,
    description: file.description,
    space,
    ...settings,
    ...labels.part,
    seed,
    maxTrials: numberOfTrials(search, { space, settings, locate }),
    baseDocument,
  };
  const warnings = secretWarnings(part, locate);
  return {
    definition,
    document: null,
    sources: {},
    warmStart: warmStartsOf(search.warmStart, folder),
    warnings,
  };
}

/** A program takes any value; only the trial's own seed has a form. */
const rules: DocumentRules = {
  rejection: (name, value) => (name === "seed" ? seedProblem(value) : undefined),
  stored: (name, value) => (name === "seed" ? toSeed(value as string) : value),
  problemsOf: () => [],
  folds: undefined,
  mayPerturb: undefined,
};

function seedProblem(value: Json): string | undefined {
  try {
    toSeed(value as string);
    return undefined;
  } catch {
    return `a parameter \`seed\` is the trial's seed: expected a whole number >= 0, got ${JSON.stringify(value)}.`;
  }
}

function bothProblem(part: string): SpecProblem {
  const message = `a study either trains a model or runs a \`command\`, got both.`;
  return { path: [part], target: "key", message };
}

function nameProblems(names: readonly string[]): SpecProblem[] {
  const path: SourcePath = ["search", "parameters"];
  return names.flatMap((name): SpecProblem[] => {
    if (!reserved.includes(name) && !name.split(".").includes("")) return [];
    const message = `expected a name without empty parts that is not \`command\`, got \`${name}\`.`;
    return [{ path, target: "key", message, at: [...path, name] }];
  });
}

/** What is run, and whether its macros are known. */
function commandProblems({ program, run, env = {} }: CommandPart, names: readonly string[]): SpecProblem[] {
  if (program === undefined && run === undefined) {
    const message = "needs `program`, the file that is run, or `run`, a list of words, got neither.";
    return [{ path: ["command"], target: "key", message }];
  }
  const texts = [
    ...(run ?? []).map((text, index) => ({ text, path: ["command", "run", index], isWord: true })),
    ...Object.entries(env).map(([name, text]) => ({ text, path: ["command", "env", name], isWord: false })),
  ];
  const problems = texts.flatMap(({ text, path, isWord }) =>
    macroFindings(text, { names, isWord }).flatMap((finding): SpecProblem[] => {
      if (finding.kind === "parameter") return [];
      const { macro } = finding;
      if (finding.kind === "inside") {
        const message = `\`${macro}\` stands for whole words: expected it as a word of its own in \`run\`, got \`${text}\`.`;
        return [{ path, target: "value", message }];
      }
      const slip = finding.nearest === undefined ? "." : `; did you mean \`\${${finding.nearest}}\`?`;
      return [{ path, target: "value", message: `unknown macro \`${macro}\`${slip}` }];
    }),
  );
  if (program !== undefined || run?.includes("${program}") !== true) return problems;
  const message = "`${program}` stands for `program`, got none.";
  return [...problems, { path: ["command", "run", run.indexOf("${program}")], target: "value", message }];
}

/** Each parameter with a value that it can have, so that documents have its key; conditional ones are added when active. */
function valuesOf({ parameters, derived = [] }: SearchSpace): Readonly<Record<string, Json>> {
  const values = parameters
    .filter(({ when }) => when === undefined)
    .map(({ name, distribution }) => [name, fromUnit(distribution, 0)] as const);
  const placeholders = derived.map(({ name }) => [name, null] as const);
  return Object.fromEntries<Json>([...placeholders, ...values]);
}

/** By their names, variables that hold what nobody else may know. */
const secretName = /(?:^|_)(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?)(?:_|$)/i;

/** The store, and whoever reads it, would have the secret too. */
function secretWarnings({ env = {} }: CommandPart, locate: Locate): CheckedStudy["warnings"] {
  return Object.entries(env).flatMap(([name, value]) => {
    if (!secretName.test(name) || value === "" || value.includes("${")) return [];
    const line = Number(/:(\d+):\d+$/.exec(locate(["command", "env", name], "key"))?.[1]);
    const message = `command.env.${name}: is written into the store as it stands; \`\${envvar:${name}}\` takes it from the environment of \`tunesmith run\`.`;
    return [{ line: Number.isNaN(line) ? null : line, message }];
  });
}
