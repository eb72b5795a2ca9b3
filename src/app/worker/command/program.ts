import { spawn, type ChildProcess } from "node:child_process";

/** How a program came to its end, by itself or by a signal of whomever. */
export type ProgramEnd =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "signalled"; readonly signal: string }
  | { readonly kind: "not-started"; readonly message: string };

export interface ProgramOptions {
  readonly arguments: readonly string[];
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly onOutput: (chunk: Buffer, stream: "stdout" | "stderr") => void;
}

/** How long output may still come after the program itself has ended, from what it started and left behind. */
const lingerMs = 1000;

/** Windows has no process groups. */
const hasGroups = process.platform !== "win32";

/**
 * A running program with a process group of its own: Ctrl-C at the terminal does not reach it, and a signal reaches whatever it
 * has started.
 */
export class Program {
  /** Resolves when the program has ended and all its output has been given. */
  readonly ended: Promise<ProgramEnd>;
  readonly #child: ChildProcess | undefined;
  #hasEnded = false;

  constructor({ arguments: words, folder, env, onOutput }: ProgramOptions) {
    const [file = "", ...rest] = words;
    let child: ChildProcess;
    try {
      child = spawn(file, rest, {
        cwd: folder,
        env,
        detached: hasGroups,
        stdio: ["ignore", "pipe", "pipe"],
        windowsHide: true,
      });
    } catch (error) {
      // A word that no command line can hold.
      this.#hasEnded = true;
      this.ended = Promise.resolve({ kind: "not-started", message: (error as Error).message });
      return;
    }
    this.#child = child;
    child.stdout?.on("data", (chunk: Buffer) => onOutput(chunk, "stdout"));
    child.stderr?.on("data", (chunk: Buffer) => onOutput(chunk, "stderr"));
    const killNow = () => this.#signal("SIGKILL");
    process.once("exit", killNow);
    this.ended = this.#untilEnd(child).finally(() => process.off("exit", killNow));
  }

  /** True when it has ended, although output of it may still come. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Asks it to end by SIGTERM, and ends it after the grace period. Returns at once. */
  stop(graceMs: number): void {
    if (this.#hasEnded) return;
    this.#signal("SIGTERM");
    const timer = setTimeout(() => this.#signal("SIGKILL"), graceMs);
    void this.ended.then(() => clearTimeout(timer));
  }

  #untilEnd(child: ChildProcess): Promise<ProgramEnd> {
    const { promise, resolve } = Promise.withResolvers<ProgramEnd>();
    child.once("error", (error) => {
      this.#hasEnded = true;
      resolve({ kind: "not-started", message: error.message });
    });
    child.once("exit", () => {
      this.#hasEnded = true;
      // What the program has left behind holds its output open.
      const linger = setTimeout(() => this.#signal("SIGKILL"), lingerMs);
      child.once("close", () => clearTimeout(linger));
    });
    child.once("close", (code, signal) =>
      resolve(signal === null ? { kind: "exited", code: code ?? 0 } : { kind: "signalled", signal }),
    );
    return promise;
  }

  #signal(signal: NodeJS.Signals): void {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      if (hasGroups) process.kill(-pid, signal);
      else this.#child?.kill(signal);
    } catch (error) {
      // Nobody is left in the group.
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}
