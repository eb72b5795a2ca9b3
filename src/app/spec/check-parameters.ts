/** The parameters of a search: where each goes in the document, and whether every value that it can take may stand there. */
import { TunesmithError, type Json } from "../../base/index.ts";
import { trainingDocumentSchema } from "../../learning/training/index.ts";
import { createSpace, fromUnit, type ParameterRecord } from "../../search/space/index.ts";
import { unknownName } from "./describe-issue.ts";
import type { DocumentRules } from "./document-rules.ts";
import { documentPaths, valueAt } from "./document-schema.ts";
import type { SourcePath, SpecProblem } from "./problems.ts";
import { ParameterFault, parameterDistribution, type DistributionRecord } from "./search-parameter.ts";
import type { ParameterEntry } from "./search-schema.ts";

const parametersPath: SourcePath = ["search", "parameters"];

/** Names that no document has: found in the raw value, so that they are reported beside whatever else is wrong. */
export function unknownParameterProblems(value: unknown): SpecProblem[] {
  const parameters = valueAt(value, parametersPath);
  if (typeof parameters !== "object" || parameters === null || Array.isArray(parameters)) return [];
  const unknown = Object.keys(parameters).filter((name) => documentPathOf(name, value) === undefined);
  return unknown.map((name) => ({
    path: parametersPath,
    target: "key",
    message: unknownPath(name),
    at: [...parametersPath, name],
  }));
}

/** Each parameter as the search space takes it, and what is wrong with the others. */
export function checkParameters(
  entries: Readonly<Record<string, ParameterEntry>>,
  rules: Pick<DocumentRules, "rejection" | "stored">,
): { readonly parameters: readonly ParameterRecord[]; readonly problems: readonly SpecProblem[] } {
  const problems: SpecProblem[] = [];
  const parameters = Object.entries(entries).flatMap(([name, entry]) => {
    const checked = checkParameter({ name, entry, rules });
    if ("problems" in checked) {
      problems.push(...checked.problems);
      return [];
    }
    const { when } = entry;
    return [{ name, distribution: checked.record, ...(when === undefined ? {} : { when }) }];
  });
  return { parameters, problems };
}

interface ParameterContext {
  readonly name: string;
  readonly entry: ParameterEntry;
  readonly rules: Pick<DocumentRules, "rejection" | "stored">;
}

function checkParameter({
  name,
  entry,
  rules,
}: ParameterContext):
  { readonly record: DistributionRecord } | { readonly problems: readonly SpecProblem[] } {
  const at: SourcePath = [...parametersPath, name];
  let record: DistributionRecord;
  try {
    record = parameterDistribution(entry, rules.rejection(name, 0.5) === undefined);
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
    const message = rules.rejection(name, value);
    return message === undefined ? [] : [{ path: where, target: "value", message }];
  };
  const { written, drawn } = candidates(record, at);
  const wrong = written.flatMap(refused);
  // A point inside tells something new only when both ends are right: a range of fractions for a whole number.
  const problems = wrong.length > 0 ? wrong : drawn.flatMap(refused);
  return problems.length > 0
    ? { problems }
    : { record: normalised(record, (value) => rules.stored(name, value)) };
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

/** The keys of a dotted name when the training document can hold a value there: by its schema, or as an item of a list. */
export function documentPathOf(name: string, document: unknown): SourcePath | undefined {
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

/** Choices as the document stores them. */
function normalised(record: DistributionRecord, stored: (value: Json) => Json): DistributionRecord {
  if (record["kind"] === "constant") return { ...record, value: stored(record["value"]!) };
  if (record["kind"] === "categorical" || record["kind"] === "ordinal")
    return { ...record, values: (record["values"] as readonly Json[]).map(stored) };
  return record;
}
