import { Option, type Command } from "commander";

import { TunesmithError, withoutSecrets } from "../../base/index.ts";
import { colorStyle, plainStyle, type Style } from "./output/style.ts";

/** What the process gives a command; tests give it something else. */
export interface CliProcess {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

const defaultStore = ".tunesmith";

/** Options that stand before or after any verb. */
export function addGlobalOptions(program: Command): void {
  program
    .addOption(
      new Option("--store <url>", "folder of the store, or postgres://...")
        .env("TUNESMITH_STORE")
        .default(defaultStore, `\`${defaultStore}\` here`),
    )
    .addOption(
      new Option("--data-dir <dir>", "folder of the data sets (else the user's cache)").env("TUNESMITH_DATA"),
    )
    .addOption(
      new Option("--files <dir>", "folder of checkpoints, weights and logs (else the store's)").env(
        "TUNESMITH_FILES",
      ),
    )
    .option("--json", "print one JSON document on stdout")
    .option("--quiet", "print results and errors only")
    .option("--no-color", "no colours (also NO_COLOR)");
}

/** What every command shares: the global options, where to print, and the exit status. */
export class CliContext {
  readonly process: CliProcess;
  readonly #program: Command;
  /** Set by a command whose answer is its exit status. */
  exitStatus = 0;

  constructor(program: Command, process: CliProcess) {
    this.#program = program;
    this.process = process;
  }

  /** The folder of the store. */
  get store(): string {
    return String(this.#options["store"]);
  }

  /** The store's name for people and records: without a password. */
  get shownStore(): string {
    return withoutSecrets(this.store);
  }

  get dataDir(): string | undefined {
    return this.#options["dataDir"] as string | undefined;
  }

  /** Where files of trials are, when not where the store usually has them. */
  get files(): string | undefined {
    return this.#options["files"] as string | undefined;
  }

  get isJson(): boolean {
    return this.#options["json"] === true;
  }

  get isQuiet(): boolean {
    return this.#options["quiet"] === true;
  }

  /** Emphasis for one of the two streams: none unless it is a terminal that wants colours. */
  styleOf(stream: "stdout" | "stderr"): Style {
    const { env } = this.process;
    const isWanted =
      this.#options["color"] !== false && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb";
    const isForced = (env["FORCE_COLOR"] ?? "0") !== "0";
    return isWanted && (isForced || this.process[stream].isTTY) ? colorStyle : plainStyle;
  }

  /** Columns of the terminal that results go to; undefined when they go to a file or a pipe. */
  get width(): number | undefined {
    return this.process.stdout.isTTY ? this.process.stdout.columns : undefined;
  }

  /** A result for people, or for a script that reads text. */
  print(text: string): void {
    this.process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
  }

  /** The one document of `--json`. Numbers that JSON cannot hold are null. */
  printJson(value: unknown): void {
    this.process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
  }

  /** A remark on stderr, left out by `--quiet`. */
  note(text: string): void {
    if (!this.isQuiet) this.process.stderr.write(`${text}\n`);
  }

  warn(text: string): void {
    this.process.stderr.write(`${this.styleOf("stderr").bad("warning:")} ${text}\n`);
  }

  /** A command that a person can copy, with the options that this one was given. */
  commandLine(...words: readonly string[]): string {
    const isStoreGiven = this.#program.getOptionValueSource("store") === "cli";
    const needsData = words[0] === "resume" || words[0] === "test";
    const isDataGiven = this.#program.getOptionValueSource("dataDir") === "cli" && needsData;
    const areFilesGiven = this.#program.getOptionValueSource("files") === "cli";
    const options = [
      ...(isStoreGiven ? ["--store", withoutSecrets(this.store)] : []),
      ...(areFilesGiven ? ["--files", this.files!] : []),
      ...(isDataGiven ? ["--data-dir", this.dataDir!] : []),
    ];
    return ["tunesmith", ...words, ...options].map(quoteWord).join(" ");
  }

  get #options(): Readonly<Record<string, unknown>> {
    return this.#program.opts();
  }
}

/** A word as a shell needs it. */
function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A whole number of at least `least` from an option's text. @throws INVALID_USAGE */
export function parseCount(where: string, least = 1): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
    throw new TunesmithError("INVALID_USAGE", {
      message: `${where}: expected a whole number >= ${least}, got \`${text}\`.`,
    });
  };
}
