import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";

import type { TrialRecord } from "../../../search/trial/index.ts";
import { configOf, type CommandDocument } from "../../spec/index.ts";
import { expandArguments, expandText } from "./expand-arguments.ts";
import { interpreterOn, programEnvironment } from "./program-environment.ts";
import { Secrets } from "./secrets.ts";
import type { TrialPlace } from "./trial-place.ts";

export interface PrepareOptions {
  readonly trial: Pick<TrialRecord, "number" | "seed" | "attempt">;
  readonly place: TrialPlace;
  /** Variables of the ways by which metrics come. */
  readonly metrics: Readonly<Record<string, string>>;
  readonly token: string;
  /** What the program's environment is made from. */
  readonly env: NodeJS.ProcessEnv;
}

export interface PreparedProgram {
  readonly words: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly secrets: Secrets;
}

/** The command line and the environment of a trial's program, with its values on the disk. */
export async function prepareProgram(
  document: CommandDocument,
  { trial, place, metrics, token, env }: PrepareOptions,
): Promise<PreparedProgram> {
  const { command } = document;
  const config = configOf(document);
  await writeFile(place.config, `${JSON.stringify(config, undefined, 2)}\n`);
  const texts = {
    metrics_file: place.metricsFile,
    trial_folder: place.folder,
    trial: String(trial.number),
    seed: trial.seed,
  };
  const words = expandArguments(command, {
    config,
    configFile: place.config,
    env,
    texts,
    interpreter: await interpreterOn(env, command),
    envProgram: process.platform === "win32" || !existsSync("/usr/bin/env") ? null : "/usr/bin/env",
  });
  const own = Object.entries(command.env ?? {}).map(
    ([name, text]) => [name, expandText(text, { config, env, texts })] as const,
  );
  const environment = programEnvironment({
    trial,
    study: place.study,
    configFile: place.config,
    folder: place.folder,
    env,
    own: Object.fromEntries(own),
    metrics,
  });
  return { words, env: environment, secrets: Secrets.of({ ...env, ...environment }, [token]) };
}
