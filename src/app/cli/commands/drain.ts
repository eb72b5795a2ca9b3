import type { Command } from "commander";

import { suggestName, TunesmithError } from "../../../base/index.ts";
import { hostOf } from "../../worker/index.ts";
import type { CliContext } from "../context.ts";
import { withExistingStore } from "../records/open-study.ts";

export function registerDrain(program: Command, context: CliContext): void {
  program
    .command("drain")
    .description("ask workers to finish the trial that they run, to take no other, and to end")
    .argument("[worker]", "name of a worker, or of a machine for all workers on it")
    .option("--all", "every worker of the store")
    .action((worker: string | undefined, { all: isAll = false }: { readonly all?: boolean }) =>
      drain(context, worker, isAll),
    );
}

async function drain(context: CliContext, wanted: string | undefined, isAll: boolean): Promise<void> {
  if ((wanted === undefined) !== isAll) {
    throw new TunesmithError("INVALID_USAGE", {
      message: `drain: expected the name of a worker or \`--all\`, got ${isAll ? "both" : "nothing"}.`,
      hint: `\`${context.commandLine("workers")}\` lists the workers.`,
    });
  }
  const drained = await withExistingStore(context, "workers", async (storage) => {
    const names = (await storage.listWorkers()).map(({ name }) => name);
    const chosen = isAll ? names : names.filter((name) => name === wanted || hostOf(name) === wanted);
    if (chosen.length === 0 && !isAll) throw workerNotFound(context, wanted!, names);
    const asked: string[] = [];
    for (const name of chosen) if (await storage.requestDrain(name)) asked.push(name);
    return asked;
  });
  if (context.isJson) return context.printJson({ drained });
  if (drained.length === 0) return context.note("no worker serves the store.");
  context.print(drained.map((name) => `${name} finishes its trial and ends`).join("\n"));
}

function workerNotFound(context: CliContext, wanted: string, names: readonly string[]): TunesmithError {
  const hosts = [...new Set(names.map(hostOf))];
  const suggestion =
    names.length === 0 ? "none serves the store." : suggestName(wanted, [...names, ...hosts]);
  return new TunesmithError("INVALID_USAGE", {
    message: `drain: expected a worker of the store or its machine, got \`${wanted}\`${suggestion === "" ? "." : `; ${suggestion}`}`,
    hint: `\`${context.commandLine("workers")}\` lists the workers.`,
    facts: { worker: wanted },
  });
}
