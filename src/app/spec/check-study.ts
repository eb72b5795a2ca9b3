/**
 * From a plain value, however it was written, to a study that can be created. Everything is checked and every problem
 * is reported at once: the base document, the path of each parameter, and each value that a parameter can take there.
 */
import { toSeed } from "../../base/index.ts";
import type { DatasetSource } from "../../learning/data/index.ts";
import { trainingDocumentSchema, type TrainingDocument } from "../../learning/training/index.ts";
import { checkPaths, createSpace } from "../../search/space/index.ts";
import type { StudyDefinition } from "../../search/trial/index.ts";
import { checkParameters, documentPathOf, unknownParameterProblems } from "./check-parameters.ts";
import { describeIssues } from "./describe-issue.ts";
import { trainingRules } from "./document-rules.ts";
import { valueAt } from "./document-schema.ts";
import { metricProblem, taskOfDocument } from "./metric-names.ts";
import { batchProblems, unusedSettingProblems, withoutOptimizerDefaults } from "./optimizer-settings.ts";
import { studyFileError, valueText, type Locate, type SourcePath, type SpecProblem } from "./problems.ts";
import { numberOfTrials } from "./number-of-trials.ts";
import { searchSettings } from "./search-settings.ts";
import { studyFileSchema } from "./study-schema.ts";
import { withAbsolutePaths, withoutSources, type FoundSources } from "./study-sources.ts";
import { checkLabels } from "./study-labels.ts";
import { warmStartsOf, type WarmStart } from "./warm-start.ts";
import type { StudyWarning } from "./study-warning.ts";
import { checkDraw, orProblem, rulesOf, withAllPaths } from "./whole-space.ts";
import { plainJson } from "./plain-json.ts";

/** Where a trial's length stands in the document that the built-in training runs. */
const lengthPath = "training.epochs";

/** Everywhere that a metric is named in a study. */
function metricPaths(study: unknown): readonly SourcePath[] {
  const each = (path: SourcePath, key: string): SourcePath[] => {
    const list = valueAt(study, path);
    return Array.isArray(list) ? list.map((_, index) => [...path, index, key]) : [];
  };
  return [
    ["search", "metric", "name"],
    ...each(["search", "otherMetrics"], "name"),
    ...each(["search", "outcomes"], "metric"),
    ["training", "stopping", "metric"],
    ["training", "schedule", "metric"],
  ];
}

/** A study as it will be created, and the document that its trials are made from, with every default filled in. */
export interface CheckedStudy {
  readonly definition: StudyDefinition;
  /** Null for a study whose trials run a program: its document is `definition.baseDocument`. */
  readonly document: TrainingDocument | null;
  /** Data sources that are objects of the study file, by name. */
  readonly sources: Readonly<Record<string, DatasetSource>>;
  /** Studies that it is to learn from, once the store is known. */
  readonly warmStart: readonly WarmStart[];
  readonly warnings: readonly StudyWarning[];
}

/** A study of built-in training. */
export interface CheckedTraining extends CheckedStudy {
  readonly document: TrainingDocument;
}

export interface CheckStudyOptions {
  /**
   * Absolute path of the module that the value was imported from: callbacks and sources need one, for workers to import
   * them.
   */
  readonly file?: string | undefined;
  /** What paths of data files are relative to. Defaults to where the process stands. */
  readonly folder?: string | undefined;
}

/** @throws INVALID_STUDY_FILE with all problems, each where `locate` says it stands. */
export function checkStudy(raw: unknown, locate: Locate, options: CheckStudyOptions = {}): CheckedTraining {
  const { folder = process.cwd() } = options;
  const { onEpoch, value: plain } = withoutCallbacks(withDefaults(raw));
  const found = withoutSources(plain);
  const { sources } = found;
  const value = withAbsolutePaths(found.value, folder);
  const parsed = studyFileSchema.safeParse(value);
  const problems = [
    ...nameProblems(value),
    ...unusedSettingProblems(value),
    ...callbackProblems(onEpoch, options),
    ...sourceProblems(found, options),
  ];
  if (!parsed.success) {
    const issues = describeIssues(parsed.error.issues, { schema: studyFileSchema, value });
    throw studyFileError([...issues, ...problems], locate);
  }
  const file = parsed.data;
  const { data, model, training, seed } = file;
  const base = trainingDocumentSchema.safeParse({ data, model, training, seed });
  if (!base.success) {
    // Each part is as it should be; they do not fit each other.
    const issues = describeIssues(base.error.issues, { schema: trainingDocumentSchema, value });
    throw studyFileError([...issues, ...problems], locate);
  }
  const document = base.data;
  const isSearched = (name: string) => Object.hasOwn(file.search.parameters, name);
  if (!isSearched("training.batchSize") && !isSearched("data.train")) {
    problems.push(...batchProblems(document));
  }
  const rules = trainingRules(document);
  const known = Object.entries(file.search.parameters).filter(
    ([name]) => documentPathOf(name, document) !== undefined,
  );
  const { parameters, problems: parameterProblems } = checkParameters(Object.fromEntries(known), rules);
  problems.push(...parameterProblems);
  if (problems.length > 0) throw studyFileError(problems, locate);

  const space = orProblem(() => createSpace(parameters, rulesOf(file)), {
    path: ["search", "parameters"],
    locate,
  });
  const baseDocument = plainJson(withAllPaths(withoutOptimizerDefaults(document, value), space));
  orProblem(() => checkPaths({ ...(baseDocument as object), seed: file.seed }, space), {
    path: ["search", "parameters"],
    locate,
  });
  checkDraw(baseDocument, { space, seed: file.seed, rules, locate });
  const { settings, problems: settingProblems } = searchSettings(file, { space, rules });
  const labels = checkLabels(file.labels, space);
  const lastProblems = [...settingProblems, ...labels.problems];
  if (lastProblems.length > 0) throw studyFileError(lastProblems, locate);
  return {
    definition: {
      name: file.study,
      description: file.description,
      space,
      ...settings,
      ...labels.part,
      lengthPath,
      seed: file.seed,
      maxTrials: numberOfTrials(file.search, { space, settings, locate }),
      baseDocument,
      ...(onEpoch === undefined ? {} : { callbacks: { file: options.file! } }),
      ...(Object.keys(sources).length === 0 ? {} : { sources: { file: options.file! } }),
    },
    document,
    sources,
    warmStart: warmStartsOf(file.search.warmStart, folder),
    warnings: [],
  };
}

/** What may be left out of a file and is not a matter of one part's schema. */
function withDefaults(raw: unknown): unknown {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) return raw;
  const file = raw as Readonly<Record<string, unknown>>;
  const isSplitSeedGiven = valueAt(file, ["data", "seed"]) !== undefined;
  const value = { training: {}, ...file };
  if (typeof file["data"] !== "object" || file["data"] === null || isSplitSeedGiven) return value;
  // One seed for everything, unless a person wants the same split under another seed.
  return { ...value, data: { ...file["data"], ...seedOf(file["seed"]) } };
}

/** Callbacks are code and no part of what the schema checks. */
function withoutCallbacks(raw: unknown): { readonly onEpoch: unknown; readonly value: unknown } {
  if (typeof raw !== "object" || raw === null || !("onEpoch" in raw))
    return { onEpoch: undefined, value: raw };
  const { onEpoch, ...value } = raw;
  return { onEpoch, value };
}

function callbackProblems(onEpoch: unknown, { file }: CheckStudyOptions): SpecProblem[] {
  if (onEpoch === undefined) return [];
  const problem = (message: string): SpecProblem[] => [{ path: ["onEpoch"], target: "key", message }];
  if (typeof onEpoch !== "function") return problem(`expected a function, got ${valueText(onEpoch)}.`);
  if (file !== undefined) return [];
  return problem(
    "workers import callbacks from the study's file: expected a study that is loaded from one, got a value.",
  );
}

function sourceProblems({ sources, repeated }: FoundSources, { file }: CheckStudyOptions): SpecProblem[] {
  const problem = (message: string): SpecProblem => ({ path: ["data", "dataset"], target: "value", message });
  const problems = repeated.map((name) =>
    problem(`two sources are named \`${name}\`: documents tell them by their names, so each needs its own.`),
  );
  if (file !== undefined || Object.keys(sources).length === 0) return problems;
  const message =
    "workers import sources from the study's file: expected a study that is loaded from one, got a value.";
  return [...problems, problem(message)];
}

function seedOf(seed: unknown): { readonly seed?: string } {
  try {
    return seed === undefined ? {} : { seed: toSeed(seed as string) };
  } catch {
    // The wrong seed is reported where it stands.
    return {};
  }
}

/** Names that mean nothing: found in the raw value, so that they are reported beside whatever else is wrong. */
function nameProblems(value: unknown): SpecProblem[] {
  const task = taskOfDocument(value);
  const measure = valueAt(value, ["training", "measure"]);
  const measured = Array.isArray(measure) ? measure : [];
  const problems = metricPaths(value).flatMap((path): SpecProblem[] => {
    const metric = valueAt(value, path);
    const message = typeof metric === "string" ? metricProblem(metric, { task, measured }) : undefined;
    return message === undefined ? [] : [{ path, target: "value", message }];
  });
  return [...problems, ...unknownParameterProblems(value)];
}
