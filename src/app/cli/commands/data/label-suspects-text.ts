import type { DataFinding, Task } from "../../../../learning/data/index.ts";
import type { LabelSuspects } from "../../../../learning/training/index.ts";
import { renderTable, type TableOptions } from "../../output/table.ts";

/** `--json` has all. */
const mostShown = 20;
/** Fewer are what any data has. */
const warningShare = 0.01;

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

export function labelFindings({ suspects, share, accuracy }: LabelSuspects): DataFinding[] {
  if (suspects.length === 0) return [];
  return [
    {
      code: "label-suspects",
      severity: share >= warningShare ? "warning" : "note",
      message: `${suspects.length} labels are probably wrong or doubtful, about ${percent(share)}, by models that are right in ${percent(accuracy)} of the examples that they were not trained on.`,
      hint: "Look at them by `tunesmith data preview TARGET --what suspects`; where classes overlap, many are only hard.",
    },
  ];
}

export function renderSuspects({ suspects }: LabelSuspects, task: Task, options: TableOptions): string {
  const classes = task.kind === "classification" ? task.classes : [];
  const rows = suspects
    .slice(0, mostShown)
    .map(({ index, given, likely, givenProbability, likelyProbability }) => [
      String(index),
      classes[given]!,
      givenProbability.toFixed(3),
      classes[likely]!,
      likelyProbability.toFixed(3),
    ]);
  const right = "right" as const;
  const columns = [
    { title: "example", align: right },
    { title: "label" },
    { title: "probability", align: right },
    { title: "likely" },
    { title: "probability", align: right },
  ];
  return renderTable(columns, rows, options);
}
