import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

import type { Histogram } from "../../learning/training/index.ts";
import { fileSafe } from "./trial-files.ts";

/** One line of the file. */
export interface EpochHistograms {
  readonly epoch: number;
  /** By name: `hidden1/weight`. */
  readonly histograms: Readonly<Record<string, Histogram>>;
}

/**
 * A trial's histograms as JSON lines on the machine that trained it, `histograms/<study>/<trial>.jsonl`: an epoch each. They are many
 * numbers that nobody searches by, so they are no observations.
 */
export class HistogramFile {
  readonly #path: string;

  /** @param folder for what stays on this machine: `FilePlaces.local`. */
  constructor(folder: string, { study, trial }: { readonly study: string; readonly trial: number }) {
    this.#path = resolve(folder, "histograms", fileSafe(study), `${trial}.jsonl`);
  }

  /** Every epoch in order; empty when nothing was measured. */
  async read(): Promise<readonly EpochHistograms[]> {
    const text = await readFile(this.#path, "utf8").catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
      throw error;
    });
    // What follows the last line break was being written when its worker died.
    const lines = text.split("\n").slice(0, -1);
    return lines.map((line) => JSON.parse(line) as EpochHistograms);
  }

  /** Begins where a run goes on: the epochs after that are measured again. */
  async keep(epochsDone: number): Promise<void> {
    const known = await this.read();
    if (known.length === 0 && epochsDone === 0) return;
    await this.#makeFolders();
    const kept = known.filter(({ epoch }) => epoch <= epochsDone);
    await writeFile(this.#path, kept.map((line) => `${JSON.stringify(line)}\n`).join(""));
  }

  async append(line: EpochHistograms): Promise<void> {
    await this.#makeFolders();
    await appendFile(this.#path, `${JSON.stringify(line)}\n`);
  }

  async #makeFolders(): Promise<void> {
    const folder = dirname(this.#path);
    // Not `recursive`: a store that was deleted meanwhile must not come back without its database.
    for (const path of [join(folder, ".."), folder]) {
      await mkdir(path).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      });
    }
  }
}
