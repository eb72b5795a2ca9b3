import { open, type FileHandle } from "node:fs/promises";

import type { Secrets } from "./secrets.ts";

/** What of a program's output is kept from its beginning, and of a longer one also from its end. */
const keptBytes = { beginning: 8_000_000, end: 64_000 } as const;

/** Shown when the program has failed. */
const tailLines = 20;

/**
 * What a trial's program printed, in a file of its own. Another attempt is appended. Of an output that is
 * very long the middle is left out. Secrets are hidden, also one that comes in two pieces.
 */
export class TrialLog {
  readonly path: string;
  readonly #secrets: Secrets;
  #file: FileHandle | undefined;
  #writtenBytes = 0;
  #leftOutBytes = 0;
  /** Not yet written: it may end with the beginning of a secret. */
  #held: Buffer = Buffer.alloc(0);
  #end: Buffer = Buffer.alloc(0);
  /** Writes one after the other. */
  #writes: Promise<void> = Promise.resolve();

  constructor(path: string, secrets: Secrets) {
    this.path = path;
    this.#secrets = secrets;
  }

  async open(attempt: number): Promise<void> {
    this.#file = await open(this.path, attempt === 1 ? "w" : "a");
    if (attempt > 1) await this.#file.write(`\n--- attempt ${attempt} ---\n`);
  }

  /** Returns at once; `close` waits for it. */
  append(chunk: Buffer): void {
    const kept = keptBytes.end + this.#secrets.lengthBytes;
    // A whole piece that is long enough is not copied.
    this.#end = chunk.length >= kept ? chunk : Buffer.concat([this.#end, chunk]).subarray(-kept);
    if (this.#writtenBytes >= keptBytes.beginning) {
      this.#leftOutBytes += chunk.length;
      return;
    }
    this.#writtenBytes += chunk.length;
    const hidden = this.#secrets.hideIn(Buffer.concat([this.#held, chunk]));
    const whole = hidden.length - this.#secrets.beginningIn(hidden);
    this.#held = hidden.subarray(whole);
    this.#write(hidden.subarray(0, whole));
  }

  /** The last lines, without progress bars that were written over. */
  get tail(): readonly string[] {
    return this.#kept()
      .toString()
      .split("\n")
      .map((line) => line.trimEnd().split("\r").at(-1)!.slice(0, 500))
      .filter((line) => line !== "")
      .slice(-tailLines);
  }

  async close(): Promise<void> {
    try {
      this.#write(this.#held);
      await this.#writes;
      if (this.#leftOutBytes > 0) {
        const end = this.#kept().subarray(-Math.min(this.#leftOutBytes, keptBytes.end));
        await this.#file!.write(`\n--- ${this.#leftOutBytes - end.length} bytes left out ---\n`);
        await this.#file!.write(end);
      }
    } finally {
      await this.#file?.close();
    }
  }

  /** The end, without what may be the rest of a secret whose beginning is gone. */
  #kept(): Buffer {
    const isCut = this.#end.length > keptBytes.end;
    const hidden = this.#secrets.hideIn(this.#end.subarray(-(keptBytes.end + this.#secrets.lengthBytes)));
    return isCut ? hidden.subarray(this.#secrets.lengthBytes) : hidden;
  }

  #write(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#writes = this.#writes.then(async () => void (await this.#file!.write(bytes)));
    // Said by `close`.
    this.#writes.catch(() => {});
  }
}
