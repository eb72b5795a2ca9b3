/** What stands for data in a study file and not in a document: sources that are objects, and relative paths. */
import { isAbsolute, resolve } from "node:path";

import { pathFieldsOf, type DatasetSource } from "../../learning/data/index.ts";
import { valueAt, withValueAt } from "./document-schema.ts";
import type { SourcePath } from "./problems.ts";

const datasetPath: SourcePath = ["data", "dataset"];

/** Everywhere that a data set may stand in a study. */
function datasetPlaces(study: unknown): SourcePath[] {
  const searched: SourcePath = ["search", "parameters", "data.dataset"];
  const values = valueAt(study, [...searched, "values"]);
  return [
    datasetPath,
    [...searched, "value"],
    ...(Array.isArray(values) ? values.map((_, index) => [...searched, "values", index]) : []),
  ];
}

export interface FoundSources {
  /** By name. */
  readonly sources: Readonly<Record<string, DatasetSource>>;
  /** Names that several sources have. */
  readonly repeated: readonly string[];
  /** The study with names in place of the objects, which no document can hold. */
  readonly value: unknown;
}

/** Takes the sources that are objects out of a study. */
export function withoutSources(study: unknown): FoundSources {
  const sources: Record<string, DatasetSource> = {};
  const repeated = new Set<string>();
  let value = study;
  for (const place of datasetPlaces(study)) {
    const source = valueAt(study, place);
    if (!isSource(source)) continue;
    if (Object.hasOwn(sources, source.name) && sources[source.name] !== source) repeated.add(source.name);
    sources[source.name] = source;
    value = withValueAt(value, place, { kind: "custom", name: source.name });
  }
  return { sources, repeated: [...repeated], value };
}

function isSource(value: unknown): value is DatasetSource {
  return typeof value === "object" && value !== null && "load" in value && typeof value.load === "function";
}

/** The study with paths of data files made absolute: workers need not stand where the study file lies. */
export function withAbsolutePaths(study: unknown, folder: string): unknown {
  const absolute = (path: unknown) =>
    typeof path !== "string" || path === "" || isAbsolute(path) ? path : resolve(folder, path);
  let value = study;
  for (const place of datasetPlaces(study)) {
    const fields = pathFieldsOf(valueAt(study, [...place, "kind"]));
    for (const field of fields) {
      const at = [...place, field];
      if (valueAt(study, at) !== undefined) value = withValueAt(value, at, absolute(valueAt(study, at)));
    }
  }
  for (const field of pathFieldsOf(valueAt(study, [...datasetPath, "kind"]))) {
    const searched = ["search", "parameters", `data.dataset.${field}`];
    const values = valueAt(study, [...searched, "values"]);
    if (Array.isArray(values)) value = withValueAt(value, [...searched, "values"], values.map(absolute));
  }
  return value;
}
