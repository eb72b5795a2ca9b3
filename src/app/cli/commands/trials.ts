import type { Command } from "commander";

import { suggestName, TunesmithError } from "../../../base/index.ts";
import type { StudyDefinition } from "../../../search/trial/index.ts";
import type { CliContext } from "../context.ts";
import { parseCount } from "../context.ts";
import { withStudy } from "../records/open-study.ts";
import { loggedColumns, studyAt } from "../records/past-study.ts";
import { filterTrials, parseFilter, sortTrials } from "../records/select-trials.ts";
import {
  fixedColumnNames,
  listTrialViews,
  renderTrials,
  trialColumn,
  usualColumns,
  type TrialColumn,
} from "../records/trial-view.ts";

interface TrialsOptions {
  readonly sort?: string;
  readonly filter?: readonly string[];
  readonly columns?: string;
  readonly at?: number;
}

export function registerTrials(program: Command, context: CliContext): void {
  program
    .command("trials")
    .description("table of trials, sorted and filtered")
    .argument("<study>", "name of the study")
    .option("--sort <column>", "sort by a column, from the highest on with a minus before it")
    .option(
      "--filter <rule>",
      "keep trials that fit, as in state=completed or objective>0.8; may be given again",
      collect,
    )
    .option("--columns <names>", "columns, separated by commas")
    .option("--at <sequence>", "the trials as they were after that event of the log", parseCount("--at"))
    .addHelpText(
      "after",
      `\nColumns: ${fixedColumnNames.join(", ")}, the path of a parameter, the name of a metric.`,
    )
    .action((study: string, options: TrialsOptions) => listTrials(context, study, options));
}

function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

async function listTrials(context: CliContext, name: string, options: TrialsOptions): Promise<void> {
  await withStudy(context, name, async ({ storage, study }) => {
    const past = options.at === undefined ? null : await studyAt(study, options.at);
    const definition = past?.definition ?? study.record.definition;
    const column = (text: string) => requireColumn(text, definition);
    const filters = (options.filter ?? []).map((text) => parseFilter(text, column));
    const views = filterTrials(past?.trials ?? (await listTrialViews(storage, study.record)), filters);
    const isDescending = options.sort?.startsWith("-") === true;
    const sorted =
      options.sort === undefined
        ? views
        : sortTrials(views, column(options.sort.replace(/^-/, "")), isDescending);
    if (context.isJson) return context.printJson({ study: name, trials: sorted });
    const usual = past === null ? usualColumns(definition) : loggedColumns(definition);
    const names = options.columns?.split(",").map((text) => text.trim()) ?? usual;
    context.print(
      renderTrials(sorted, names.map(column), { style: context.styleOf("stdout"), width: context.width }),
    );
  });
}

function requireColumn(name: string, definition: StudyDefinition): TrialColumn {
  const column = trialColumn(name, definition);
  if (column !== undefined) return column;
  const names = [...fixedColumnNames, ...definition.space.parameters.map((parameter) => parameter.name)];
  throw new TunesmithError("INVALID_USAGE", {
    message: `trials: unknown column \`${name}\`; ${suggestName(name, names)}`,
    hint: "A column is one of those in `tunesmith trials --help`, a parameter's path or a metric's name.",
  });
}
