import { extname } from "node:path";

import { Option, type Command } from "commander";

import type { CliContext } from "../context.ts";
import { writeFileAtomically } from "../output/write-file-atomically.ts";
import { exportFormats, type ExportFormat } from "../records/export-formats.ts";
import { withStudy } from "../records/open-study.ts";
import { exportTrialWeights } from "./export-weights.ts";

interface ExportOptions {
  readonly format?: ExportFormat;
  readonly output?: string;
  readonly weights?: string;
}

export function registerExport(program: Command, context: CliContext): void {
  program
    .command("export")
    .description(
      "trials as CSV (one row each) or JSON lines (one object each, with its document and curves); or one trial's weights",
    )
    .argument("<study>", "name of the study")
    .addOption(
      new Option("--format <name>", "csv or jsonl (default: by the file's ending, else csv)").choices(
        Object.keys(exportFormats),
      ),
    )
    .addOption(
      new Option(
        "--weights <trial>",
        "in place of the trials the weights of one, a number or `best`, as safetensors for PyTorch",
      ).conflicts("format"),
    )
    .option("-o, --output <file>", "file to write in place of stdout")
    .addHelpText(
      "after",
      "\nThe weights of the best trial are kept; those of another are trained again from its record.",
    )
    .action((study: string, options: ExportOptions) => exportStudy(context, study, options));
}

async function exportStudy(
  context: CliContext,
  name: string,
  { format, output, weights }: ExportOptions,
): Promise<void> {
  if (weights !== undefined) return exportTrialWeights(context, { study: name, trial: weights, output });
  const byEnding = output !== undefined && /^\.(?:jsonl|ndjson)$/i.test(extname(output)) ? "jsonl" : "csv";
  const { text, count } = await withStudy(context, name, ({ storage, study }) =>
    exportFormats[format ?? byEnding](storage, study.record),
  );
  if (output === undefined) {
    context.process.stdout.write(text);
    return;
  }
  await writeFileAtomically(output, text);
  if (context.isJson) context.printJson({ study: name, file: output, trials: count });
  else context.note(`${count} trials of ${name} written to ${output}`);
}
