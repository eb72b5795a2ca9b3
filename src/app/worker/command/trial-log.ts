import { open, type FileHandle } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

import { makeFolder, fileSafe } from "../trial-files.ts";

/** What of a program's output is kept from its beginning, and of a longer one also from its end. */
const keptBytes = { beginning: 8_000_000, end: 64_000 } as const;

/** Shown when the program has failed. */
const tailLines = 20;

/**
 * What a trial's program printed, beside the store: `logs/<study>/<trial>.log`. Another attempt is appended. Of an output that is
 * very long the middle is left out.
 */
export class TrialLog {
  readonly path: string;
  #file: FileHandle | undefined;
  #writtenBytes = 0;
  #leftOutBytes = 0;
  #end = Buffer.alloc(0);
  /** Writes one after the other. */
  #writes: Promise<void> = Promise.resolve();

  /** @param store the folder of the store. */
  constructor(store: string, { study, trial }: { readonly study: string; readonly trial: number }) {
    this.path = resolve(store, "logs", fileSafe(study), `${trial}.log`);
  }

  async open(attempt: number): Promise<void> {
    await makeFolder(dirname(dirname(this.path)));
    await makeFolder(dirname(this.path));
    this.#file = await open(this.path, attempt === 1 ? "w" : "a");
    if (attempt > 1) await this.#file.write(`\n--- attempt ${attempt} ---\n`);
  }

  /** Returns at once; `close` waits for it. */
  append(chunk: Buffer): void {
    this.#end = Buffer.concat([this.#end, chunk]).subarray(-keptBytes.end);
    if (this.#writtenBytes >= keptBytes.beginning) {
      this.#leftOutBytes += chunk.length;
      return;
    }
    this.#writtenBytes += chunk.length;
    this.#writes = this.#writes.then(async () => void (await this.#file!.write(chunk)));
    // Said by `close`.
    this.#writes.catch(() => {});
  }

  /** The last lines, without progress bars that were written over. */
  get tail(): readonly string[] {
    return this.#end
      .toString()
      .split("\n")
      .map((line) => line.trimEnd().split("\r").at(-1)!.slice(0, 500))
      .filter((line) => line !== "")
      .slice(-tailLines);
  }

  async close(): Promise<void> {
    try {
      await this.#writes;
      if (this.#leftOutBytes > 0) {
        const end = this.#end.subarray(-Math.min(this.#leftOutBytes, keptBytes.end));
        await this.#file!.write(`\n--- ${this.#leftOutBytes - end.length} bytes left out ---\n`);
        await this.#file!.write(end);
      }
    } finally {
      await this.#file?.close();
    }
  }
}

/** Where a trial's program finds its values, and may keep what it needs to go on after an interruption. */
export function programFolder(store: string, study: string, trial: number): string {
  return join(resolve(store), "commands", fileSafe(study), String(trial));
}
