import type { Command } from "commander";

import { TunesmithError } from "../../../base/index.ts";
import type { Revision } from "../../../search/study/index.ts";
import type { StudyDefinition } from "../../../search/trial/index.ts";
import { loadStudyFile, revisionOf } from "../../spec/index.ts";
import { parseCount, type CliContext } from "../context.ts";
import { definitionChanges } from "../records/definition-changes.ts";
import { withStudy } from "../records/open-study.ts";

interface ExtendOptions {
  readonly maxTrials?: number;
  readonly file?: string;
  readonly note?: string;
}

export function registerExtend(program: Command, context: CliContext): void {
  program
    .command("extend")
    .description(
      "change a study that there is: more trials, a wider or narrower space, another method or scheduler",
    )
    .argument("<study>", "name of the study")
    .option(
      "--max-trials <n>",
      "number of trials that it is to have, all counted",
      parseCount("--max-trials"),
    )
    .option("--file <file>", "its study file with the changes")
    .option("--note <text>", "why, for its record")
    .addHelpText(
      "after",
      "\nEarlier trials stay, and count as far as they lie in the space. What is changed is recorded: `show` lists it.",
    )
    .action((name: string, options: ExtendOptions) => extend(context, name, options));
}

async function extend(context: CliContext, name: string, options: ExtendOptions): Promise<void> {
  if (options.maxTrials === undefined && options.file === undefined) {
    throw new TunesmithError("INVALID_USAGE", {
      message: "extend: expected --max-trials or --file, got neither.",
      hint: `For example: ${context.commandLine("extend", name, "--max-trials", "50")}.`,
    });
  }
  await withStudy(context, name, async ({ study }) => {
    const before = study.record.definition;
    const revision = await revisionFrom(before, options);
    const expected = { ...before, ...revision } as StudyDefinition;
    const changes = definitionChanges(before, withoutNull(expected));
    if (changes.length > 0) await study.revise(revision, noteOf(changes, options.note));
    const { version } = study.record;
    if (context.isJson) return context.printJson({ study: name, version, changes });
    if (changes.length === 0) return context.print(`study ${name} is so already; nothing was changed.`);
    context.print([`study ${name}, version ${version}`, ...changes.map((one) => `  ${one}`)].join("\n"));
    const { remaining, running } = await study.progress();
    if (remaining > 0 && running === 0) context.note(`go on with\n${context.commandLine("resume", name)}`);
  });
}

async function revisionFrom(study: StudyDefinition, { file, maxTrials }: ExtendOptions): Promise<Revision> {
  const trials = maxTrials === undefined ? {} : { maxTrials };
  if (file === undefined) return trials;
  const { definition } = await loadStudyFile(file);
  if (definition.name !== study.name) {
    throw new TunesmithError("INVALID_USAGE", {
      message: `extend: expected the file of study \`${study.name}\`, got \`${file}\` of \`${definition.name}\`.`,
    });
  }
  return { ...revisionOf(study, definition), ...trials };
}

/** Null takes an optional part away. */
function withoutNull(definition: StudyDefinition): StudyDefinition {
  const kept = Object.entries(definition).filter(([, value]) => value !== null);
  return Object.fromEntries(kept) as unknown as StudyDefinition;
}

function noteOf(changes: readonly string[], note: string | undefined): string {
  const what = changes.join("; ");
  return note === undefined ? what : `${note} (${what})`;
}
