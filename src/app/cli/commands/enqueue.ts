import type { Command } from "commander";

import { TunesmithError, type Json } from "../../../base/index.ts";
import { fromUnit, type Configuration, type SearchSpace } from "../../../search/space/index.ts";
import { parseAssignment } from "../../spec/index.ts";
import type { CliContext } from "../context.ts";
import { withStudy } from "../records/open-study.ts";
import { describeParameters, shortNames } from "../records/trial-view.ts";

export function registerEnqueue(program: Command, context: CliContext): void {
  program
    .command("enqueue")
    .description("ask for a configuration to be tried next; it counts among the study's trials")
    .argument("<study>", "name of the study")
    .argument("<values...>", "PATH=VALUE of parameters, or their last words; what is left out is drawn")
    .action((name: string, values: readonly string[]) => enqueue(context, name, values));
}

async function enqueue(context: CliContext, name: string, values: readonly string[]): Promise<void> {
  await withStudy(context, name, async ({ study }) => {
    const { space } = study.record.definition;
    const trial = await study.enqueue(configurationOf(values, space));
    const { number, parameters } = trial;
    if (context.isJson) return context.printJson({ study: name, trial: number, parameters });
    const text = describeParameters(parameters, Object.keys(parameters));
    context.print(`trial #${number} of ${name} is next: ${text}`);
    const { running } = await study.progress();
    if (running === 0) context.note(`go on with\n${context.commandLine("resume", name)}`);
  });
}

/** @throws INVALID_USAGE for what is no assignment, and for a parameter that is given twice */
function configurationOf(values: readonly string[], { parameters }: SearchSpace): Configuration {
  const paths = parameters.map((parameter) => parameter.name);
  const short = shortNames(paths);
  const configuration: Record<string, Json> = {};
  for (const text of values) {
    const { path: written, value } = parseAssignment(text, {
      where: "enqueue",
      hint: `For example: ${short[0]}=${JSON.stringify(fromUnit(parameters[0]!.distribution, 1))}.`,
    });
    const path = paths[short.indexOf(written)] ?? written;
    if (Object.hasOwn(configuration, path)) {
      throw new TunesmithError("INVALID_USAGE", {
        message: `enqueue: \`${path}\` may be given once, got it again as \`${text}\`.`,
      });
    }
    configuration[path] = value as Json;
  }
  return configuration;
}
