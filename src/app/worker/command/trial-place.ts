import { dirname, join, resolve } from "node:path";

import type { CommandSettings } from "../../spec/index.ts";
import { fileSafe, makeFolder } from "../trial-files.ts";

export interface TrialPlaceOptions {
  readonly study: string;
  readonly trial: number;
  readonly command: Pick<CommandSettings, "metrics">;
}

/** Where a trial that runs a program has its files, beside the store. */
export class TrialPlace {
  readonly study: string;
  /** The program's own: kept from one attempt to the next, for what it needs to go on. */
  readonly folder: string;
  /** The trial's values as JSON. */
  readonly config: string;
  readonly metricsFile: string;
  /** What finds the running program again. */
  readonly trace: string;
  /** What it has printed. */
  readonly log: string;

  /** @param store the folder of the store. */
  constructor(store: string, { study, trial, command: { metrics } }: TrialPlaceOptions) {
    this.study = study;
    this.folder = join(resolve(store), "commands", fileSafe(study), String(trial));
    this.config = join(this.folder, "config.json");
    this.metricsFile = join(this.folder, metrics?.file ?? "metrics.jsonl");
    this.trace = `${this.folder}.program.json`;
    this.log = join(resolve(store), "logs", fileSafe(study), `${trial}.log`);
  }

  async create(): Promise<void> {
    for (const place of [this.folder, this.log]) {
      for (const path of [dirname(dirname(place)), dirname(place)]) await makeFolder(path);
    }
    await makeFolder(this.folder);
  }
}
