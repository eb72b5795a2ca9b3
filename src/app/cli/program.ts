import { Command } from "commander";

import { addGlobalOptions, CliContext, type CliProcess } from "./context.ts";
import { productVersion } from "../product/index.ts";
import { commandEntries } from "./registry.ts";
import { reportError } from "./report-error.ts";

const footer = `
Exit status: 0 fine; 1 trials failed beyond the tolerance; 2 usage; 3 study, trial or data not found; 4 invalid study
file or data; 5 stopped by a limit before any result; 70 internal; 130 interrupted, state saved.`;

/** Runs one command line. @param words without the program's own name. @returns the exit status. */
export async function runCommandLine(words: readonly string[], process: CliProcess): Promise<number> {
  const program = new Command("tunesmith");
  const context = new CliContext(program, process);
  program
    .description("A laboratory for hyperparameter studies of neural networks.")
    .version(productVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "show this, or what a verb takes")
    .configureHelp({
      showGlobalOptions: true,
      subcommandTerm: (command) => `${command.name()} ${usageOf(command)}`.trim(),
    })
    .configureOutput({
      writeOut: (text) => process.stdout.write(text),
      // Help in place of a missing verb; errors are printed by reportError.
      writeErr: (text) => process.stderr.write(text),
      getOutHelpWidth: () => 110,
      getErrHelpWidth: () => 110,
      outputError: () => {},
    })
    .exitOverride()
    .addHelpText("after", footer);
  addGlobalOptions(program);
  for (const { name, usage, summary, load } of commandEntries) {
    if (words.includes(name)) (await load())(program, context);
    else program.command(name).description(summary).usage(usage);
  }
  for (const command of program.commands) command.copyInheritedSettings(program);
  try {
    await program.parseAsync([...words], { from: "user" });
    return context.exitStatus;
  } catch (error) {
    return reportError(error, context);
  }
}

/** A verb's arguments, known also for one that is not loaded. */
function usageOf(command: Command): string {
  const entry = command.parent?.parent === null && commandEntries.find(({ name }) => name === command.name());
  return entry
    ? entry.usage
    : command.registeredArguments.map((argument) => argument.name().toUpperCase()).join(" ");
}
