/**
 * The document of a trial that runs a program: what is run, and at the top, beside `command` and `seed`, the values that
 * it is given, each under its own name. As any document it says all of a trial, and holds no code.
 */
import { z } from "zod";

import type { Json } from "../../base/index.ts";
import { defaultArguments, interpreterNames, interpreterOf } from "./command/command-words.ts";
import { metricsSchema, retriesSchema, type CommandPart } from "./command/command-part.ts";

const commandSchema = z.strictObject({
  /** The words of the command line with their macros, which are expanded where the program runs. Never read by a shell. */
  arguments: z.array(z.string()).min(1),
  /** What `${program}` stands for, relative to the folder; null when the study does not say. */
  program: z.string().min(1).nullable(),
  /** What `${interpreter}` stands for. */
  interpreter: z.enum(interpreterNames),
  /** Absolute path of the folder in which the program runs. */
  folder: z.string().min(1),
  /** Variables of its environment, macros in their values: what `${envvar:NAME}` stands for is written nowhere. */
  env: z.record(z.string(), z.string()).exactOptional(),
  /** Keys at the top of the document that are values for the program, in the order in which they are given. */
  parameters: z.array(z.string()),
  /** What a key is called in the program, where the document cannot have a key of that name. */
  renamed: z.record(z.string(), z.string()).exactOptional(),
  /** How metrics come, besides as lines of JSON on stdout. */
  metrics: metricsSchema.exactOptional(),
  /** A trial that takes longer has failed. Absent: none does. */
  timeLimitMs: z.number().positive().exactOptional(),
  /** A trial whose processes take more memory together has failed. Absent: none does. */
  memoryLimitBytes: z.number().positive().exactOptional(),
  /** What a program may take to end after SIGTERM, before SIGKILL. */
  graceMs: z.number().min(0),
  /** How often a failed program is tried again. Absent: never. */
  retries: retriesSchema.exactOptional(),
});

export type CommandSettings = z.output<typeof commandSchema>;

export interface CommandDocument {
  readonly command: CommandSettings;
  readonly [key: string]: Json;
}

/** As of W&B's agent. @see https://github.com/wandb/wandb, wandb/wandb_agent.py */
const defaultGraceMs = 30_000;

/** True of a trial's document, or of a study's base document, whose trials run a program. */
export function isCommandDocument(document: unknown): document is CommandDocument {
  if (typeof document !== "object" || document === null || !("command" in document)) return false;
  return commandSchema.safeParse(document.command).success;
}

/** What a trial's program is given: names and values in the order of the study file. */
export function configOf(document: CommandDocument): Readonly<Record<string, Json>> {
  const { parameters, renamed = {} } = document.command;
  return Object.fromEntries(
    parameters
      .filter((key) => Object.hasOwn(document, key))
      .map((key) => [Object.hasOwn(renamed, key) ? renamed[key]! : key, document[key]!]),
  );
}

/** What a study file or a sweep says of its program, as its documents hold it. */
export function commandSettings(
  part: CommandPart,
  named: Pick<CommandSettings, "folder" | "parameters" | "renamed">,
): CommandSettings {
  const { program = null, run, env, timeLimit, memoryLimit, grace, retries, metrics } = part;
  const hasMetrics = metrics !== undefined && Object.keys(metrics).length > 0;
  return {
    arguments: run ?? [...defaultArguments],
    program,
    interpreter: interpreterOf(program),
    ...(env === undefined || Object.keys(env).length === 0 ? {} : { env }),
    ...named,
    ...(hasMetrics ? { metrics } : {}),
    ...(timeLimit === undefined || timeLimit === 0 ? {} : { timeLimitMs: timeLimit }),
    ...(memoryLimit === undefined ? {} : { memoryLimitBytes: memoryLimit }),
    graceMs: grace ?? defaultGraceMs,
    ...(retries === undefined || retries === 0 ? {} : { retries }),
  };
}
