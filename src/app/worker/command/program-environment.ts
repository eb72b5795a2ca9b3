/** What a trial's program finds in its environment. */
import { stat } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

import type { TrialRecord } from "../../../search/trial/index.ts";
import type { CommandSettings } from "../../spec/index.ts";

/** The folder with the Python module `wandb` that reports to this product in place of W&B's servers. */
const pythonModules = fileURLToPath(new URL("../../../../integrations/python", import.meta.url));

export interface EnvironmentOptions {
  readonly trial: Pick<TrialRecord, "number" | "seed" | "attempt">;
  readonly study: string;
  readonly configFile: string;
  /** A folder of the trial's own, which is kept from one attempt to the next. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** Of the study, ready for use. They win over what this process has. */
  readonly own: Readonly<Record<string, string>>;
  /** Of the ways by which metrics come. */
  readonly metrics: Readonly<Record<string, string>>;
}

export function programEnvironment(options: EnvironmentOptions): NodeJS.ProcessEnv {
  const { trial, study, configFile, folder, own, metrics } = options;
  // The address of the store, maybe with its password, and that of who is notified are no matter of a program.
  const { TUNESMITH_STORE: _, TUNESMITH_NOTIFY_WEBHOOK: __, ...given } = options.env;
  const env: NodeJS.ProcessEnv = { ...given, ...own };
  const isOwnModule = env["TUNESMITH_WANDB"] !== "real";
  const paths = [...(isOwnModule ? [pythonModules] : []), ...(env["PYTHONPATH"] ? [env["PYTHONPATH"]] : [])];
  return {
    ...env,
    ...(paths.length === 0 ? {} : { PYTHONPATH: paths.join(delimiter) }),
    // Metrics are seen when they are printed.
    PYTHONUNBUFFERED: env["PYTHONUNBUFFERED"] ?? "1",
    TUNESMITH_STUDY: study,
    TUNESMITH_TRIAL: String(trial.number),
    TUNESMITH_ATTEMPT: String(trial.attempt),
    TUNESMITH_SEED: trial.seed,
    TUNESMITH_CONFIG: configFile,
    TUNESMITH_FOLDER: folder,
    // What scripts look for that W&B's agent has started.
    WANDB_SWEEP_ID: study,
    WANDB_RUN_ID: `${study}-${trial.number}`,
    WANDB_MODE: env["WANDB_MODE"] ?? "offline",
    ...metrics,
  };
}

/** What `${interpreter}` is on this machine. */
export async function interpreterOn(
  env: NodeJS.ProcessEnv,
  { interpreter }: Pick<CommandSettings, "interpreter">,
): Promise<string> {
  if (interpreter === "node") return process.execPath;
  if (interpreter === "sh" || process.platform === "win32") return interpreter;
  const folders = (env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  for (const name of ["python", "python3"]) {
    for (const folder of folders) {
      const found = await stat(join(folder, name)).catch(() => undefined);
      if (found?.isFile() === true) return name;
    }
  }
  return "python";
}
