import type { Command } from "commander";

import { datasetNames, describeDataset } from "../../../../learning/data/index.ts";
import type { CliContext } from "../../context.ts";
import { renderTable } from "../../output/table.ts";
import { taskText, whereText } from "./dataset-text.ts";

export function registerList(data: Command, context: CliContext): void {
  data
    .command("ls")
    .description("list the data sets")
    .action(() => list(context));
}

async function list(context: CliContext): Promise<void> {
  const { dataDir } = context;
  const sets = await Promise.all(datasetNames.map((name) => describeDataset(name, { dataDir })));
  if (context.isJson) return context.printJson({ datasets: sets });
  const rows = sets.map(({ name, title, facts, location }) => [
    name,
    facts === null ? "" : String(facts.exampleCount),
    facts === null ? "" : String(facts.testCount),
    facts === null ? "" : facts.shape.join("x"),
    facts === null ? "" : taskText(facts.task),
    whereText(location),
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
