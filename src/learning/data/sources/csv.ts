import { basename } from "node:path";

import { z } from "zod";

import { loadTable } from "../tables/table-dataset.ts";
import { delimiterSchema, tableFields, targetsOf, type TableSettings } from "../tables/table-settings.ts";
import { locateOwnFiles } from "./own-file.ts";
import { defineSourceKind, type DatasetSource } from "./source.ts";

const paths = ["path", "test"];

function tableSource(settings: TableSettings): DatasetSource {
  const files = [settings.path, ...(settings.test === undefined ? [] : [settings.test])];
  return {
    name: basename(settings.path),
    title: `Table with the target ${targetsOf(settings).join(", ")}`,
    origin: { address: null, licence: "your own" },
    taskKind: settings.task ?? null,
    facts: null,
    defaultScaling: "standardize",
    locate: (options) => locateOwnFiles(files, options),
    load: (options) => loadTable(settings, options),
  };
}

export const csv = defineSourceKind({
  schema: z.strictObject({ kind: z.literal("csv"), ...tableFields, delimiter: delimiterSchema.default(",") }),
  paths,
  source: tableSource,
});

export const tsv = defineSourceKind({
  schema: z.strictObject({
    kind: z.literal("tsv"),
    ...tableFields,
    delimiter: delimiterSchema.default("\t"),
  }),
  paths,
  source: tableSource,
});
