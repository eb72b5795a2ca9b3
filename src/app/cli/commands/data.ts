import type { Command } from "commander";

import {
  dataSchema,
  parseDatasetName,
  datasetNames,
  describeDataset,
  loadDataset,
  measureDataset,
  outputsOf,
  type DatasetInfo,
  type DatasetStatistics,
  type Task,
} from "../../../learning/data/index.ts";
import type { CliContext } from "../context.ts";
import { formatNumber } from "../output/number.ts";
import { renderFields, renderTable } from "../output/table.ts";

export function registerData(program: Command, context: CliContext): void {
  const data = program.command("data").description("the data sets and where they are");
  data
    .command("ls")
    .description("list the data sets")
    .action(() => list(context));
  data
    .command("info")
    .description("what a data set holds; it is read when it is at hand")
    .argument("<name>", "name of the data set")
    .action((name: string) => info(context, name));
}

async function list(context: CliContext): Promise<void> {
  const { dataDir } = context;
  const sets = await Promise.all(datasetNames.map((name) => describeDataset(name, { dataDir })));
  if (context.isJson) return context.printJson({ datasets: sets });
  const rows = sets.map(({ name, title, facts, location }) => [
    name,
    String(facts!.exampleCount),
    String(facts!.testCount),
    facts!.shape.join("x"),
    taskText(facts!.task),
    whereText({ location }),
    title,
  ]);
  const right = "right" as const;
  const columns = [
    { title: "name" },
    { title: "examples", align: right },
    { title: "test", align: right },
    { title: "shape" },
    { title: "task" },
    { title: "where" },
    { title: "title" },
  ];
  context.print(renderTable(columns, rows, { style: context.styleOf("stdout"), width: context.width }));
}

async function info(context: CliContext, name: string): Promise<void> {
  const { dataDir } = context;
  const dataset = parseDatasetName(name);
  const described = await describeDataset(dataset, { dataDir });
  const statistics = described.location.isAtHand
    ? measureDataset(await loadDataset(dataSchema.parse({ dataset }), { dataDir }))
    : null;
  if (context.isJson) return context.printJson({ ...described, statistics });
  const { title, origin, location } = described;
  const { exampleCount, testCount, shape, task } = described.facts!;
  const fields: (readonly [string, string])[] = [
    ["name", name],
    ["title", title],
    ["origin", `${origin.address ?? "drawn by this program"} (${origin.licence})`],
    ["examples", `${exampleCount} to train and validate on, ${testCount} in the locked test split`],
    ["shape", shape.join(" x ")],
    ["where", whereText(described)],
    ...location.files.map(
      (file) => ["", `${file.path} ${file.isAtHand ? "" : `(missing; from ${file.address})`}`] as const,
    ),
    ...(statistics === null
      ? []
      : ([
          ["values", describeNumbers(statistics)],
          ["content", statistics.contentHash],
        ] as const)),
    ["task", taskText(task)],
    ...labelFields(task, statistics),
  ];
  context.print(renderFields(fields, context.styleOf("stdout")));
}

function taskText(task: Task): string {
  const count = outputsOf(task);
  if (task.kind === "classification") return `${count} classes`;
  return count === 1 ? "1 value" : `${count} values`;
}

/** What each class or value to predict is called, and what is known of it. */
function labelFields(task: Task, statistics: DatasetStatistics | null): (readonly [string, string])[] {
  if (task.kind === "classification") {
    const counts = statistics?.classCounts ?? null;
    return [
      ["classes", task.classes.map((one, i) => (counts === null ? one : `${one} ${counts[i]}`)).join(", ")],
    ];
  }
  return task.targetNames.map((name, index) => {
    const target = statistics?.targets?.[index];
    const facts = target === undefined ? "" : `: ${describeNumbers(target)}`;
    return [index === 0 ? "predicts" : "", `${name}${facts}`];
  });
}

function describeNumbers({
  minimum,
  maximum,
  mean,
  standardDeviation,
}: Pick<DatasetStatistics, "minimum" | "maximum" | "mean" | "standardDeviation">): string {
  return `${formatNumber(minimum)} to ${formatNumber(maximum)}, mean ${formatNumber(mean)}, standard deviation ${formatNumber(standardDeviation)}`;
}

function whereText({ location }: Pick<DatasetInfo, "location">): string {
  switch (location.kind) {
    case "embedded":
      return "built in";
    case "files":
      return location.isAtHand ? "at hand" : "incomplete";
    case "download":
      return "to download";
    default:
      return location.kind satisfies never;
  }
}
