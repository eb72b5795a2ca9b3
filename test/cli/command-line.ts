/** Runs the command line from its sources in a process and a folder of its own, as a person would. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../src/app/cli/main.ts", import.meta.url));

/** Halves the start of each of the many processes. */
const compileCache = fileURLToPath(new URL("../../build/compile-cache/", import.meta.url));

export interface Finished {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  readonly child: ChildProcess;
  /** Resolves when stderr has matched the pattern; rejects when the process ends before. */
  stderrMatches(pattern: RegExp): Promise<void>;
  readonly finished: Promise<Finished>;
}

/** A folder in which commands run; its store is the default one. */
export class CliFolder {
  readonly folder: string;
  readonly #env: NodeJS.ProcessEnv;

  private constructor(folder: string, env: NodeJS.ProcessEnv) {
    this.folder = folder;
    this.#env = env;
  }

  /** @param env what commands find in their environment beside what this process has */
  static async create(env: NodeJS.ProcessEnv = {}): Promise<CliFolder> {
    return new CliFolder(await mkdtemp(join(tmpdir(), "tunesmith-cli-")), env);
  }

  get store(): string {
    return join(this.folder, ".tunesmith");
  }

  async write(name: string, text: string): Promise<void> {
    await writeFile(join(this.folder, name), text);
  }

  start(...words: readonly string[]): RunningCommand {
    const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: "1", NODE_COMPILE_CACHE: compileCache };
    delete env["FORCE_COLOR"];
    delete env["TUNESMITH_STORE"];
    // Vitest's own settings are not the command's.
    delete env["NODE_OPTIONS"];
    const child = spawn(process.execPath, [main, ...words], {
      cwd: this.folder,
      env: { ...env, ...this.#env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    const finished = new Promise<Finished>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (status, signal) => resolve({ status, signal, stdout, stderr }));
    });
    return {
      child,
      finished,
      stderrMatches: (pattern) =>
        new Promise((resolve, reject) => {
          const check = () => {
            if (pattern.test(stderr)) resolve();
          };
          child.stderr.on("data", check);
          child.once("close", () => reject(new Error(`ended without ${pattern}:\n${stderr}\n${stdout}`)));
          check();
        }),
    };
  }

  run(...words: readonly string[]): Promise<Finished> {
    return this.start(...words).finished;
  }

  /** The one JSON document of a command that must succeed. */
  async json<T>(...words: readonly string[]): Promise<T> {
    const { status, stdout, stderr } = await this.run(...words, "--json");
    if (status !== 0) throw new Error(`tunesmith ${words.join(" ")} ended with ${status}:\n${stderr}`);
    return JSON.parse(stdout) as T;
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

export interface TrialJson {
  readonly number: number;
  readonly state: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly objective: number | null;
  readonly metrics: Readonly<
    Record<string, { readonly last: number; readonly best: number | null; readonly bestEpoch: number | null }>
  >;
  readonly epochs: number;
  readonly durationMs: number;
  readonly seed: string;
  readonly resultHash: string | null;
  readonly reason: { readonly kind: string; readonly message: string } | null;
  readonly origin: { readonly by: string; readonly configuration: number } | null;
}

export interface TrialsJson {
  readonly study: string;
  readonly trials: readonly TrialJson[];
}
