import type { Command } from "commander";

import type { StudyDefinition } from "../../../search/trial/index.ts";
import { isCommandDocument, lintStudy, loadStudyFile, type StudyWarning } from "../../spec/index.ts";
import { commandProblem } from "../../worker/index.ts";
import type { CliContext } from "../context.ts";
import { readingOptions } from "../output/reading-progress.ts";
import { readingLines, refuseErrors, warningLines } from "../output/findings.ts";

export function registerCheck(program: Command, context: CliContext): void {
  program
    .command("check")
    .description("what is wrong or doubtful in a study file, without running it")
    .argument("<file>", "study file")
    .action((file: string) => check(context, file));
}

async function check(context: CliContext, file: string): Promise<void> {
  const checked = await loadStudyFile(file);
  const { sources, end } = readingOptions(context);
  const findings = await lintStudy(checked, { sources, readsData: true }).finally(end);
  const lines = warningLines(findings);
  const { definition } = checked;
  const warnings = [...checked.warnings, ...(await programWarnings(definition))];
  for (const line of readingLines(file, warnings)) context.note(line);
  if (context.isJson) context.printJson({ study: definition.name, findings, warnings });
  else if (lines.length > 0) context.print(lines.join("\n"));
  refuseErrors(findings);
  const count = findings.length + warnings.length;
  context.note(`${file}: ${count === 1 ? "1 warning" : `${count || "no"} warnings`}`);
}

/** What `run` would refuse, and what may be otherwise where it is run. */
async function programWarnings({ baseDocument }: StudyDefinition): Promise<readonly StudyWarning[]> {
  const problem = isCommandDocument(baseDocument) ? await commandProblem(baseDocument) : undefined;
  return problem === undefined ? [] : [{ line: null, message: problem.message }];
}
