/**
 * The worker processes of one run, seen from their parent: starts them, replaces those that die, and puts a dead one's
 * trial back at once instead of waiting for its lease to end.
 */
import { fork, type ChildProcess } from "node:child_process";
import { getCompileCacheDir } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

import { internalError, TunesmithError } from "../../base/index.ts";
import { killProgram, type ProgramTrace } from "./command/processes/program-trace.ts";
import type { Assignment, ParentMessage, StudyMessage, WorkerSettings } from "./messages.ts";
import { workerName } from "./worker-name.ts";

/** Deaths in a row without a worker getting ready: another try would not help. */
const maxStartFailures = 3;
const stderrTailLength = 4000;

/** A worker's message, or its loss, with the place that the worker has among its siblings. */
export type PoolEvent =
  | (Exclude<StudyMessage, { kind: "program" }> & { readonly slot: number })
  | { readonly kind: "worker-lost"; readonly slot: number; readonly cause: string };

export interface WorkerPoolOptions {
  /** How many processes; at least 1. */
  readonly size: number;
  readonly settings: WorkerSettings;
  /** Puts the trials of a dead worker back. */
  readonly release: (worker: string) => Promise<unknown>;
  readonly onEvent: (event: PoolEvent) => void;
}

interface Slot {
  readonly child: ChildProcess;
  readonly worker: string;
  isReady: boolean;
  stderrTail: string;
  /** Of the program that the worker runs. */
  program: ProgramTrace | null;
  fatal: TunesmithError | undefined;
}

export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #slots = new Map<number, Slot>();
  readonly #ready = Promise.withResolvers<void>();
  readonly #finished = Promise.withResolvers<void>();
  #assignment: Assignment | undefined;
  #startFailures = 0;
  /** Why it gives up, once the other workers have saved what they run. */
  #failure: { readonly error: unknown } | undefined;
  /** No process is started any more. */
  #isStopping = false;
  #isKilled = false;
  /** Releases that are under way. */
  readonly #pending = new Set<Promise<unknown>>();

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    // Each is awaited by somebody only as long as the other has not failed.
    this.#ready.promise.catch(() => {});
    this.#finished.promise.catch(() => {});
    for (let slot = 0; slot < options.size; slot++) this.#spawn(slot);
  }

  /** Resolves when the first worker can train; rejects with why it cannot. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Resolves when every worker has ended; rejects when workers cannot work. */
  get finished(): Promise<void> {
    return this.#finished.promise;
  }

  /** Process ids, by slot. */
  get pids(): ReadonlyMap<number, number> {
    return new Map([...this.#slots].map(([slot, { child }]) => [slot, child.pid!]));
  }

  /** From here on workers claim trials. */
  begin(assignment: Assignment): void {
    this.#assignment = assignment;
    for (const { child } of this.#slots.values()) post(child, { kind: "begin", assignment });
  }

  /** Running trials are finished; then `finished` resolves. */
  drain(): void {
    this.#isStopping = true;
    this.#broadcast({ kind: "drain" });
    if (this.#assignment === undefined) this.kill();
  }

  /** Running trials are saved and given back; then `finished` resolves. */
  handBack(): void {
    this.#isStopping = true;
    this.#broadcast({ kind: "hand-back" });
    if (this.#assignment === undefined) this.kill();
  }

  /** Ends every process now; what they ran stays claimed until somebody finds them dead. */
  kill(): void {
    this.#isStopping = true;
    this.#isKilled = true;
    for (const { child, program } of this.#slots.values()) {
      child.kill("SIGKILL");
      if (program !== null) killProgram(program);
    }
  }

  #spawn(index: number): void {
    const ending = import.meta.url.endsWith(".ts") ? "ts" : "js";
    const child = fork(fileURLToPath(new URL(`./worker-process.${ending}`, import.meta.url)), {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      // A parent's debugger port or test loader is not the worker's.
      execArgv: [],
      env: { ...process.env, ...compileCache() },
    });
    const slot: Slot = {
      child,
      worker: workerName(child.pid ?? 0),
      isReady: false,
      stderrTail: "",
      program: null,
      fatal: undefined,
    };
    this.#slots.set(index, slot);
    child.stderr?.on("data", (chunk: Buffer) => {
      slot.stderrTail = (slot.stderrTail + chunk.toString()).slice(-stderrTailLength);
    });
    child.on("message", (message) => this.#receive(index, message as StudyMessage));
    child.on("error", (error) => (slot.stderrTail += error.message));
    // `close` comes after the last of stderr, and also when the process could not be started.
    child.once("close", (code, signal) => this.#onClose(index, slot, { code, signal }));
    post(child, { kind: "prepare", settings: this.#options.settings });
    if (this.#assignment !== undefined) post(child, { kind: "begin", assignment: this.#assignment });
  }

  #receive(index: number, message: StudyMessage): void {
    const slot = this.#slots.get(index)!;
    if (message.kind === "ready") {
      slot.isReady = true;
      this.#startFailures = 0;
      this.#ready.resolve();
    }
    if (message.kind === "fatal") {
      const { code, hint } = message;
      slot.fatal = new TunesmithError(code, { message: message.message, ...(hint === null ? {} : { hint }) });
    }
    if (message.kind === "program") {
      slot.program = message.trace;
      return;
    }
    this.#options.onEvent({ ...message, slot: index });
  }

  #onClose(
    index: number,
    slot: Slot,
    exit: { readonly code: number | null; readonly signal: string | null },
  ): void {
    this.#slots.delete(index);
    // A worker that is killed cannot take its program with it.
    if (slot.program !== null) killProgram(slot.program);
    if (exit.code === 0 || this.#isKilled) return this.#endWhenEmpty();
    const cause = exit.signal === null ? `exit code ${exit.code}` : `signal ${exit.signal}`;
    if (slot.fatal !== undefined) return this.#giveUp(slot.fatal);
    if (!slot.isReady) this.#startFailures += 1;
    if (this.#startFailures >= maxStartFailures) {
      const message = `worker processes ended ${maxStartFailures} times at their start, the last with ${cause}.`;
      return this.#giveUp(withTail(internalError(message), slot.stderrTail));
    }
    this.#options.onEvent({ kind: "worker-lost", slot: index, cause });
    this.#replace(index, slot);
  }

  #replace(index: number, slot: Slot): void {
    const release = this.#assignment === undefined ? Promise.resolve() : this.#options.release(slot.worker);
    const replaced = release
      .then(() => {
        if (!this.#isStopping) this.#spawn(index);
      })
      .catch((error: unknown) => this.#giveUp(error))
      .finally(() => {
        this.#pending.delete(replaced);
        this.#endWhenEmpty();
      });
    this.#pending.add(replaced);
  }

  #giveUp(error: unknown): void {
    this.#failure ??= { error };
    this.#ready.reject(error);
    this.handBack();
    this.#endWhenEmpty();
  }

  #endWhenEmpty(): void {
    if (this.#slots.size > 0 || this.#pending.size > 0) return;
    this.#ready.reject(internalError("every worker process ended before one was ready."));
    if (this.#failure === undefined) this.#finished.resolve();
    else this.#finished.reject(this.#failure.error);
  }

  #broadcast(message: ParentMessage): void {
    for (const { child } of this.#slots.values()) post(child, message);
  }
}

/** Workers start faster with what the parent's launcher keeps of compiled code. */
function compileCache(): { readonly NODE_COMPILE_CACHE?: string } {
  const folder = getCompileCacheDir();
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) };
}

function post(child: ChildProcess, message: ParentMessage): void {
  // A process that has just ended takes no message; its `close` is dealt with.
  if (child.connected) child.send(message, () => {});
}

function withTail(error: TunesmithError, stderrTail: string): TunesmithError {
  const tail = stderrTail.trim();
  return new TunesmithError(error.code, {
    message: tail === "" ? error.message : `${error.message}\n${tail}`,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  });
}
