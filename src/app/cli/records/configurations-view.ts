/** Configurations that were trained several times, and fronts of several objectives, as tables. */
import type { Configuration } from "../../../search/space/index.ts";
import type { RankedConfiguration } from "../../../search/study/index.ts";
import type { StudyDefinition } from "../../../search/trial/index.ts";
import { formatNumber, formatValue } from "../output/number.ts";
import { plainStyle } from "../output/style.ts";
import { renderTable, type TableColumn, type TableOptions } from "../output/table.ts";
import type { OpenedStudy } from "./open-study.ts";
import { shortNames, varyingParameters } from "./trial-view.ts";

/** Most people look at the top; `--json` has them all. */
const mostRows = 10;

/** Null where no configuration has more than one trial. */
export function renderConfigurations(
  ranked: readonly RankedConfiguration[],
  definition: StudyDefinition,
  { style = plainStyle, width }: TableOptions = {},
): string | null {
  if (definition.replicates === undefined && ranked.every(({ trials }) => trials.length === 1)) return null;
  const isConstrained = definition.outcomeConstraints !== undefined;
  const paths = varyingParameters(definition);
  const right = (title: string): TableColumn => ({ title, align: "right" });
  const columns = [
    right("configuration"),
    ...shortNames(paths).map(right),
    right("mean"),
    right("deviation"),
    right("trials"),
    ...(isConstrained ? [{ title: "outcomes" }] : []),
    { title: "numbers" },
  ];
  const rows = ranked
    .slice(0, mostRows)
    .map(({ number, parameters, trials, mean, deviation, count, isFeasible }) => [
      `#${number}`,
      ...paths.map((path) => cellOf(parameters, path)),
      mean === null ? "" : style.strong(formatNumber(mean)),
      deviation === null ? "" : formatNumber(deviation),
      count === trials.length ? String(count) : `${count} of ${trials.length}`,
      ...(isConstrained ? [isFeasible ? "kept" : "broken"] : []),
      trials.map((trial) => `#${trial}`).join(" "),
    ]);
  return renderTable(columns, rows, { style, width }) + restText(ranked.length);
}

/** The trials that no other beats in every objective, by the main one; null where there is one objective, or no result. */
export async function renderFront(
  { storage, study }: OpenedStudy,
  { style = plainStyle, width }: TableOptions = {},
): Promise<string | null> {
  const { definition, id } = study.record;
  const { objective, otherObjectives } = definition;
  const front = otherObjectives === undefined ? [] : await study.front();
  if (front.length === 0) return null;
  const trials = await storage.listTrials(id);
  const paths = varyingParameters(definition);
  const right = (title: string): TableColumn => ({ title, align: "right" });
  const columns = [
    right("trial"),
    ...[objective, ...otherObjectives!].map(({ metric }) => right(metric)),
    ...shortNames(paths).map(right),
  ];
  const sign = objective.direction === "maximize" ? -1 : 1;
  const rows = front
    .toSorted((a, b) => sign * (a.values[0]! - b.values[0]!))
    .map(({ number, values }) => [
      `#${number}`,
      ...values.map((value) => style.strong(formatNumber(value))),
      ...paths.map((path) => cellOf(trials[number]!.parameters, path)),
    ]);
  const table = renderTable(columns, rows, { style, width });
  return `${style.faint("no other trial is better in all objectives")}\n${table}`;
}

function cellOf(parameters: Configuration, path: string): string {
  return Object.hasOwn(parameters, path) ? formatValue(parameters[path]) : "";
}

function restText(count: number): string {
  return count > mostRows ? `\n… and ${count - mostRows} more` : "";
}
