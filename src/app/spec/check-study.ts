/**
 * From a plain value, however it was written, to a study that can be created. Everything is checked and every problem
 * is reported at once: the base document, the path of each parameter, and each value that a parameter can take there.
 */
import { toSeed, TunesmithError, type Json } from "../../base/index.ts";
import type { DatasetSource } from "../../learning/data/index.ts";
import { trainingDocumentSchema, type TrainingDocument } from "../../learning/training/index.ts";
import { gridSize } from "../../search/samplers/index.ts";
import { createSpace, fromUnit, type SearchSpace } from "../../search/space/index.ts";
import type { StudyDefinition } from "../../search/trial/index.ts";
import { describeIssues, unknownName } from "./describe-issue.ts";
import { documentPaths, valueAt, withValueAt } from "./document-schema.ts";
import { metricProblem, taskOfDocument } from "./metric-names.ts";
import { batchProblems, unusedSettingProblems, withoutOptimizerDefaults } from "./optimizer-settings.ts";
import { studyFileError, valueText, type Locate, type SourcePath, type SpecProblem } from "./problems.ts";
import { ParameterFault, parameterDistribution, type DistributionRecord } from "./search-parameter.ts";
import { withAbsolutePaths, withoutSources } from "./study-sources.ts";
import { checkDraw, orProblem, plainJson, rulesOf, withAllPaths } from "./whole-space.ts";
import { studyFileSchema, type ParameterEntry, type StudyFile } from "./study-schema.ts";

/** Random search has no natural end; twenty trials show whether a space is worth more. */
const defaultRandomTrials = 20;

/** Where a metric is named. */
const metricPaths: readonly SourcePath[] = [
  ["search", "metric", "name"],
  ["training", "stopping", "metric"],
  ["training", "schedule", "metric"],
];

/** A study as it will be created, and the document that its trials are made from, with every default filled in. */
export interface CheckedStudy {
  readonly definition: StudyDefinition;
  readonly document: TrainingDocument;
  /** Data sources that are objects of the study file, by name. */
  readonly sources: Readonly<Record<string, DatasetSource>>;
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
export function checkStudy(raw: unknown, locate: Locate, options: CheckStudyOptions = {}): CheckedStudy {
  const { folder = process.cwd() } = options;
  const { onEpoch, value: plain } = withoutCallbacks(withDefaults(raw));
  const { sources, value: named } = withoutSources(plain);
  const value = withAbsolutePaths(named, folder);
  const parsed = studyFileSchema.safeParse(value);
  const problems = [
    ...nameProblems(value),
    ...unusedSettingProblems(value),
    ...callbackProblems(onEpoch, options),
    ...sourceProblems(sources, options),
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
  const parameters = Object.entries(file.search.parameters).flatMap(([name, entry]) => {
    const path = documentPathOf(name, document);
    // Said among the names.
    if (path === undefined) return [];
    const checked = checkParameter({ name, entry, document, path });
    if ("problems" in checked) problems.push(...checked.problems);
    const { when } = entry;
    const condition = when === undefined ? {} : { when };
    return "problems" in checked ? [] : [{ name, distribution: checked.record, ...condition }];
  });
  if (problems.length > 0) throw studyFileError(problems, locate);

  const space = orProblem(() => createSpace(parameters, rulesOf(file)), {
    path: ["search", "parameters"],
    locate,
  });
  const baseDocument = plainJson(withAllPaths(withoutOptimizerDefaults(document, value), space));
  checkDraw(baseDocument, { space, seed: file.seed, locate });
  return {
    definition: {
      name: file.study,
      description: file.description,
      space,
      sampler: { name: file.search.method, options: {} },
      objective: {
        metric: file.search.metric.name,
        direction: file.search.metric.goal,
        reduce: file.search.metric.reduce,
      },
      seed: file.seed,
      maxTrials: numberOfTrials(file, { space, locate }),
      baseDocument,
      ...(onEpoch === undefined ? {} : { callbacks: { file: options.file! } }),
      ...(Object.keys(sources).length === 0 ? {} : { sources: { file: options.file! } }),
    },
    document,
    sources,
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

function sourceProblems(
  sources: Readonly<Record<string, DatasetSource>>,
  { file }: CheckStudyOptions,
): SpecProblem[] {
  if (file !== undefined || Object.keys(sources).length === 0) return [];
  const message =
    "workers import sources from the study's file: expected a study that is loaded from one, got a value.";
  return [{ path: ["data", "dataset"], target: "value", message }];
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
  const problems = metricPaths.flatMap((path): SpecProblem[] => {
    const metric = valueAt(value, path);
    const message = typeof metric === "string" ? metricProblem(metric, { task, measured }) : undefined;
    return message === undefined ? [] : [{ path, target: "value", message }];
  });
  const parametersPath = ["search", "parameters"];
  const parameters = valueAt(value, parametersPath);
  if (typeof parameters !== "object" || parameters === null || Array.isArray(parameters)) return problems;
  const unknown = Object.keys(parameters).filter((name) => documentPathOf(name, value) === undefined);
  return problems.concat(
    unknown.map((name) => ({
      path: parametersPath,
      target: "key",
      message: unknownPath(name),
      at: [...parametersPath, name],
    })),
  );
}

interface ParameterContext {
  readonly name: string;
  readonly entry: ParameterEntry;
  readonly document: TrainingDocument;
  /** Where the parameter's value goes. */
  readonly path: SourcePath;
}

function checkParameter({
  name,
  entry,
  document,
  path,
}: ParameterContext):
  { readonly record: DistributionRecord } | { readonly problems: readonly SpecProblem[] } {
  const at: SourcePath = ["search", "parameters", name];
  let record: DistributionRecord;
  try {
    record = parameterDistribution(entry, rejection(document, path, 0.5) === undefined);
    // The space's own rules, in its own words.
    createSpace([{ name, distribution: record }]);
  } catch (error) {
    if (error instanceof ParameterFault) {
      const where = error.key === undefined ? at : [...at, error.key];
      return { problems: [{ path: where, target: "key", message: error.message }] };
    }
    if (error instanceof TunesmithError && error.code === "INVALID_SPACE") {
      return {
        problems: [
          { path: at, target: "key", message: error.message.replace(`parameter \`${name}\`: `, "") },
        ],
      };
    }
    throw error;
  }
  const refused = ({ value, at: where }: Candidate): SpecProblem[] => {
    const message = rejection(document, path, value);
    return message === undefined ? [] : [{ path: where, target: "value", message }];
  };
  const { written, drawn } = candidates(record, at);
  const wrong = written.flatMap(refused);
  // A point inside tells something new only when both ends are right: a range of fractions for a whole number.
  const problems = wrong.length > 0 ? wrong : drawn.flatMap(refused);
  return problems.length > 0 ? { problems } : { record: normalised(record, { document, path }) };
}

/** A longer list is not read. */
const mostNames = 10;

function unknownPath(name: string): string {
  const allowed = documentPaths(trainingDocumentSchema);
  const below = allowed.filter((path) => path.startsWith(`${name}.`));
  if (below.length === 0) return unknownName("unknown path", { name, allowed });
  const shown = below.slice(0, mostNames).map((path) => `\`${path}\``);
  const rest = below.length - shown.length;
  const names = shown.join(", ") + (rest > 0 ? ` and ${rest} more` : "");
  return `a parameter sets one value, got the mapping \`${name}\`; allowed: ${names}.`;
}

/** The keys of a dotted name when the document can hold a value there: by its schema, or as an item of a list. */
function documentPathOf(name: string, document: unknown): SourcePath | undefined {
  const keys = name.split(".");
  if (documentPaths(trainingDocumentSchema).includes(name)) return keys;
  const last = keys.at(-1)!;
  const list = valueAt(document, keys.slice(0, -1));
  return Array.isArray(list) && /^\d+$/.test(last) && Number(last) < list.length ? keys : undefined;
}

interface Candidate {
  readonly value: Json;
  readonly at: SourcePath;
}

/** Values to try at the parameter's path: all that a person wrote, and of a range one that will be drawn. */
function candidates(
  record: DistributionRecord,
  at: SourcePath,
): { readonly written: readonly Candidate[]; readonly drawn: readonly Candidate[] } {
  if (record["kind"] === "constant") {
    return { written: [{ value: record["value"]!, at: [...at, "value"] }], drawn: [] };
  }
  if (record["kind"] === "categorical" || record["kind"] === "ordinal") {
    const values = record["values"] as readonly Json[];
    return { written: values.map((value, i) => ({ value, at: [...at, "values", i] })), drawn: [] };
  }
  const { distribution } = createSpace([{ name: "range", distribution: record }]).parameters[0]!;
  if (record["low"] === undefined) {
    // Without ends: what will be drawn, far out on both sides too.
    const units = [1e-3, 0.381966, 1 - 1e-3];
    return { written: [], drawn: units.map((unit) => ({ value: fromUnit(distribution, unit), at })) };
  }
  return {
    written: [
      { value: record["low"]!, at: [...at, "min"] },
      { value: record["high"]!, at: [...at, "max"] },
    ],
    drawn: [{ value: fromUnit(distribution, 0.381966), at }],
  };
}

/** Why the document's schema refuses the value at the path; undefined when it does not. */
function rejection(document: TrainingDocument, path: SourcePath, value: Json): string | undefined {
  const changed = withValueAt(document, path, value);
  const parsed = trainingDocumentSchema.safeParse(changed);
  if (parsed.success) return undefined;
  return describeIssues(parsed.error.issues, { schema: trainingDocumentSchema, value: changed })[0]!.message;
}

/** Choices as the document stores them, so that `7` and `"7"` as a seed are one value. */
function normalised(
  record: DistributionRecord,
  { document, path }: { readonly document: TrainingDocument; readonly path: SourcePath },
): DistributionRecord {
  const stored = (value: Json): Json =>
    plainJson(valueAt(trainingDocumentSchema.parse(withValueAt(document, path, value)), path));
  if (record["kind"] === "constant") return { ...record, value: stored(record["value"]!) };
  if (record["kind"] === "categorical" || record["kind"] === "ordinal")
    return { ...record, values: (record["values"] as readonly Json[]).map(stored) };
  return record;
}

function numberOfTrials(file: StudyFile, { space, locate }: { space: SearchSpace; locate: Locate }): number {
  const { method, maxTrials, run_cap: runCap } = file.search;
  if (maxTrials !== undefined && runCap !== undefined) {
    const message = "is another name of `maxTrials`; give one of them, got both.";
    throw studyFileError([{ path: ["search", "run_cap"], target: "key", message }], locate);
  }
  const cap = maxTrials ?? runCap;
  if (method !== "grid") return cap ?? defaultRandomTrials;
  const size = orProblem(() => gridSize(space), { path: ["search", "parameters"], locate });
  return Math.min(cap ?? size, size);
}
