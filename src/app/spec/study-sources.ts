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

/** The study with the names of its own sources in place of the objects, which no document can hold. */
export function withoutSources(study: unknown): {
  readonly sources: Readonly<Record<string, DatasetSource>>;
  readonly value: unknown;
} {
  const sources: Record<string, DatasetSource> = {};
  let value = study;
  for (const place of datasetPlaces(study)) {
    const source = valueAt(study, place);
    if (!isSource(source)) continue;
    sources[source.name] = source;
    value = withValueAt(value, place, { kind: "custom", name: source.name });
  }
  return { sources, value };
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
