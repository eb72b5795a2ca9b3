import type { Command } from "commander";

import { systemClock } from "../../../base/index.ts";
import { Study } from "../../../search/study/index.ts";
import type { CliContext } from "../context.ts";
import { formatNumber } from "../output/number.ts";
import { renderTable } from "../output/table.ts";
import { withStore } from "../records/open-study.ts";
import { studyState } from "../records/study-view.ts";

export function registerLs(program: Command, context: CliContext): void {
  program
    .command("ls")
    .description("list the studies of the store")
    .action(() => list(context));
}

async function list(context: CliContext): Promise<void> {
  const studies = await withStore(context, async (storage) => {
    if (storage === null) return [];
    const views = [];
    for (const record of await storage.listStudies()) {
      const { name, description, objective } = record.definition;
      const study = await Study.open({ storage, name, clock: systemClock });
      const progress = await study.progress();
      const best = await study.best();
      views.push({
        name,
        description,
        state: studyState(progress),
        progress,
        objective,
        best: best === null ? null : { trial: best.trial.number, value: best.trial.objectiveValue },
        createdAt: record.createdAt,
      });
    }
    return views;
  });
  if (context.isJson) return context.printJson({ studies });
  if (studies.length === 0) {
    context.note(
      `no studies in ${context.shownStore}; \`tunesmith init\` writes a study file to start with.`,
    );
    return;
  }
  const rows = studies.map(({ name, state, progress, objective, best, createdAt, description }) => [
    name,
    state,
    `${progress.total - progress.remaining}/${progress.total}`,
    best?.value === undefined || best.value === null ? "" : formatNumber(best.value),
    objective.metric,
    new Date(createdAt).toISOString().slice(0, 16).replace("T", " "),
    description,
  ]);
  const columns = [
    { title: "study" },
    { title: "state" },
    { title: "trials", align: "right" as const },
    { title: "best", align: "right" as const },
    { title: "objective" },
    { title: "created (UTC)" },
    { title: "description" },
  ];
  context.print(renderTable(columns, rows, { style: context.styleOf("stdout"), width: context.width }));
}
