/** An inspection as people read it. */
import {
  type ColumnSummary,
  type DataFinding,
  type DatasetStatistics,
  type FittedPreprocessing,
  type Inspection,
  type Task,
} from "../../../../learning/data/index.ts";
import type { CliContext } from "../../context.ts";
import { formatNumber } from "../../output/number.ts";
import type { Style } from "../../output/style.ts";
import { renderFields, renderTable } from "../../output/table.ts";
import { statisticsText, taskText } from "./dataset-text.ts";

export interface InspectedData {
  readonly inspection: Inspection;
  readonly statistics: DatasetStatistics;
  readonly task: Task;
  /** Of one example. */
  readonly shape: readonly number[];
}

type Screen = Pick<CliContext, "styleOf" | "width">;

/** More columns of a table are counted, not shown; `--json` has all. */
const mostColumns = 60;
const mostClasses = 120;

export function renderInspection(inspected: InspectedData, screen: Screen): string {
  const style = screen.styleOf("stdout");
  const { inspection } = inspected;
  const parts = [
    renderFields(summaryFields(inspected), style),
    ...classTable(inspection, screen),
    ...columnTable(inspection, screen),
    renderFindings(inspection.findings, style),
  ];
  return parts.join("\n\n");
}

function summaryFields({
  inspection,
  statistics,
  task,
  shape,
}: InspectedData): (readonly [string, string])[] {
  const { counts, features, balance, preprocessing } = inspection;
  const test = counts.test === null ? "none in a test split" : `${counts.test} in the locked test split`;
  return [
    ["examples", `${counts.train} to train on, ${counts.validation} to validate on, ${test}`],
    ["shape", shape.join(" x ")],
    ["task", taskText(task)],
    ...(inspection.columns === null ? ([["values", statisticsText(features.all)]] as const) : []),
    ...(features.channels.length > 1
      ? features.channels.map((one, i) => [i === 0 ? "channels" : "", statisticsText(one)] as const)
      : []),
    ...(features.missing === 0 || inspection.columns !== null
      ? []
      : [["missing", `${features.missing} values`] as const]),
    ...(features.constant === 0 || inspection.columns !== null
      ? []
      : [
          [
            "constant",
            `${features.constant} of ${shape.reduce((a, b) => a * b, 1)} values of an example`,
          ] as const,
        ]),
    ...preprocessingFields(preprocessing),
    ...(balance === null
      ? []
      : [
          [
            "balance",
            `the largest class has ${formatNumber(balance.ratio)} times the examples of the smallest; ${formatNumber(balance.effectiveClasses)} classes in effect`,
          ] as const,
        ]),
    ...(statistics.targets ?? []).map(
      ({ name, standardDeviation: deviation, ...rest }, i) =>
        [i === 0 ? "predicts" : "", `${name}: ${statisticsText({ ...rest, deviation })}`] as const,
    ),
  ];
}

function preprocessingFields(fitted: FittedPreprocessing | null): (readonly [string, string])[] {
  if (fitted === null) return [];
  const { scaling, per, constants, scaled } = fitted;
  const shared = per === "all" ? "all values alike" : `each ${per} by itself`;
  const numbers = (values: readonly number[]) =>
    values.length > 4 ? `${values.length} numbers` : values.map(formatNumber).join(", ");
  const how =
    scaling === "none"
      ? "none"
      : `${scaling}, ${shared}: less ${numbers(constants.subtracted)}, divided by ${numbers(constants.divisor)}`;
  return [
    ["scaling", how],
    ["scaled", `${statisticsText(scaled)}: what the network sees`],
  ];
}

const right = "right" as const;

function classTable({ classes }: Inspection, screen: Screen): string[] {
  if (classes === null) return [];
  const total = classes.reduce((sum, { train }) => sum + train, 0);
  const rows = classes
    .slice(0, mostClasses)
    .map(({ name, train, validation }) => [
      name,
      String(train),
      String(validation),
      `${((100 * train) / total).toFixed(1)} %`,
    ]);
  if (classes.length > mostClasses) rows.push([`and ${classes.length - mostClasses} more`]);
  const columns = [
    { title: "class" },
    { title: "train", align: right },
    { title: "validation", align: right },
    { title: "share", align: right },
  ];
  return [renderTable(columns, rows, { style: screen.styleOf("stdout"), width: screen.width })];
}

function columnTable({ columns }: Inspection, screen: Screen): string[] {
  if (columns === null) return [];
  const rows = columns.slice(0, mostColumns).map(columnRow);
  if (columns.length > mostColumns) rows.push([`and ${columns.length - mostColumns} more`]);
  const titles = [
    { title: "column" },
    { title: "type" },
    { title: "missing", align: right },
    { title: "different", align: right },
    { title: "values" },
  ];
  return [renderTable(titles, rows, { style: screen.styleOf("stdout"), width: screen.width })];
}

function columnRow({ name, kind, missing, distinct, numbers, commonest }: ColumnSummary): string[] {
  const type = kind === "names" ? "names" : numbers?.areWhole === true ? "whole numbers" : "numbers";
  const values =
    kind === "names"
      ? commonest.map((one) => `${one.name} ${one.count}`).join(", ")
      : numbers === null
        ? "none"
        : statisticsText(numbers);
  return [name, type, String(missing), String(distinct), values];
}

/** Two lines each: what and why, and the way out. */
function renderFindings(findings: readonly DataFinding[], style: Style): string {
  if (findings.length === 0) return "findings: none";
  return findings
    .flatMap(({ severity, code, message, hint }) => [
      `${severity === "warning" ? style.bad("warning") : style.accent("note")} ${code}: ${message}`,
      `  ${hint}`,
    ])
    .join("\n");
}
