import { spawn, type ChildProcess } from "node:child_process";

import {
  killProgram,
  markVariable,
  newTrace,
  traceOf,
  endProgram,
  type ProgramTrace,
} from "./processes/program-trace.ts";

/** How a program came to its end, by itself or by a signal of whomever. */
export type ProgramEnd =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "signalled"; readonly signal: string }
  /** `code` is the system's, such as ENOENT. */
  | { readonly kind: "not-started"; readonly code: string; readonly message: string };

export interface ProgramOptions {
  readonly arguments: readonly string[];
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly onOutput: (chunk: Buffer, stream: "stdout" | "stderr") => void;
  /** Told before the program is started, and again when it is: by the trace its processes are found whatever happens here. */
  readonly onTrace?: (trace: ProgramTrace) => void;
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
  /** Resolves when the program and all that it has started have ended and all its output has been given. */
  readonly ended: Promise<ProgramEnd>;
  readonly #child: ChildProcess | undefined;
  #trace: ProgramTrace = newTrace();
  #hasEnded = false;
  #leftBehind = 0;

  constructor({ arguments: words, folder, env, onOutput, onTrace }: ProgramOptions) {
    const [file = "", ...rest] = words;
    onTrace?.(this.#trace);
    let child: ChildProcess;
    try {
      child = spawn(file, rest, {
        cwd: folder,
        env: { ...env, [markVariable]: this.#trace.mark },
        detached: hasGroups,
        stdio: ["ignore", "pipe", "pipe"],
        windowsHide: true,
      });
    } catch (error) {
      // A word that no command line can hold, or more of them than it can.
      this.#hasEnded = true;
      const { code = "", message } = error as NodeJS.ErrnoException;
      this.ended = Promise.resolve({ kind: "not-started", code, message });
      return;
    }
    this.#child = child;
    if (child.pid !== undefined) {
      this.#trace = traceOf(this.#trace, child.pid);
      onTrace?.(this.#trace);
    }
    child.stdout?.on("data", (chunk: Buffer) => onOutput(chunk, "stdout"));
    child.stderr?.on("data", (chunk: Buffer) => onOutput(chunk, "stderr"));
    const killNow = () => this.#killAll();
    process.once("exit", killNow);
    this.ended = this.#untilEnd(child).finally(() => process.off("exit", killNow));
  }

  /** Undefined when it could not be started. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** True when it has ended, although output of it may still come. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** How many processes were still there when it had ended. They are ended too. */
  get leftBehind(): number {
    return this.#leftBehind;
  }

  /** Lets the program wait at its next line until `resumeOutput`. */
  pauseOutput(): void {
    this.#child?.stdout?.pause();
    this.#child?.stderr?.pause();
  }

  resumeOutput(): void {
    this.#child?.stdout?.resume();
    this.#child?.stderr?.resume();
  }

  /**
   * Asks it to end by SIGTERM, and ends it after the grace period. Returns at once.
   *
   * @param patienceMs how long it may take to end by itself before it is asked
   */
  stop(graceMs: number, patienceMs = 0): void {
    if (this.#hasEnded) return;
    const timers = [setTimeout(() => this.#killAll(), patienceMs + graceMs)];
    if (patienceMs > 0) timers.push(setTimeout(() => this.#signal("SIGTERM"), patienceMs));
    else this.#signal("SIGTERM");
    // What does not read on would never come to its end.
    this.resumeOutput();
    void this.ended.then(() => timers.forEach((timer) => clearTimeout(timer)));
  }

  async #untilEnd(child: ChildProcess): Promise<ProgramEnd> {
    const { promise, resolve } = Promise.withResolvers<ProgramEnd>();
    child.once("error", (error: NodeJS.ErrnoException) => {
      this.#hasEnded = true;
      resolve({ kind: "not-started", code: error.code ?? "", message: error.message });
    });
    child.once("exit", () => {
      this.#hasEnded = true;
      // What the program has left behind holds its output open.
      const linger = setTimeout(() => (this.#leftBehind += this.#killAll()), lingerMs);
      child.once("close", () => clearTimeout(linger));
    });
    child.once("close", (code, signal) =>
      resolve(signal === null ? { kind: "exited", code: code ?? 0 } : { kind: "signalled", signal }),
    );
    const end = await promise;
    this.#leftBehind += await endProgram(this.#trace);
    return end;
  }

  /** @returns how many processes are known to have been there */
  #killAll(): number {
    this.#signal("SIGKILL");
    return killProgram(this.#trace).length;
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
