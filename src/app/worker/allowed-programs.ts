/** The list of `--allow-commands`, and whether a command line keeps to it. */
import { realpath, stat } from "node:fs/promises";
import { basename, delimiter, dirname, join, resolve } from "node:path";

import { TunesmithError } from "../../base/index.ts";

/** One entry: a program or a script, with the words that must follow it when there are some. */
export interface AllowedProgram {
  /** Its folder without links, its name as it is: programs that are one file under several names stay several. */
  readonly path: string;
  readonly words: readonly string[];
}

/** What runs whatever script it is given. */
const interpreters =
  /^(python|pypy|node|bun|deno|perl|ruby|php|lua|julia|rscript|r|sh|bash|dash|zsh|ksh|fish|pwsh|tclsh)[\d.]*(\.exe)?$/i;

/** Options of interpreters that name no code. */
const harmlessOption = /^-(u|O|OO|B|E|I|s|S)$/;

/** Variables that make a program load or start something else. */
const loaders =
  /^(PATH|IFS|ENV|SHELL|BASH_ENV|LD_.*|DYLD_.*|PYTHON.*|NODE_.*|PERL.*|RUBY.*|GEM_.*|LUA_.*|JULIA_.*|R_.*|PHP.*|JAVA_.*|GIT_.*)$/i;

/**
 * Of a list such as `python,./train.py`. A name without a slash is looked for on the PATH and then here.
 *
 * @throws INVALID_USAGE for an entry that is nowhere
 */
export async function parseAllowedPrograms(list: string): Promise<readonly AllowedProgram[]> {
  const entries = list.split(",").map((entry) => entry.trim());
  return Promise.all(
    entries
      .filter((entry) => entry !== "")
      .map(async (entry) => {
        const [name = "", ...words] = entry.split(/\s+/);
        const path = await findProgram(name, { folder: process.cwd(), isScript: true });
        if (path !== undefined) return { path, words };
        throw new TunesmithError("INVALID_USAGE", {
          message: `--allow-commands: expected programs on the PATH and files, got \`${name}\`, which is neither.`,
          hint: "For example: --allow-commands python3,./train.py",
          facts: { name },
        });
      }),
  );
}

export interface CommandLine {
  /** In which it runs. */
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly programs: readonly AllowedProgram[];
}

/** What the worker is not allowed to do for this command line; undefined when it may run. */
export async function refusalOf(
  words: readonly string[],
  { folder, env = {}, programs }: CommandLine,
): Promise<{ readonly what: string; readonly wanted: string | null } | undefined> {
  const variable = Object.keys(env).find((name) => loaders.test(name));
  if (variable !== undefined) {
    return { what: `to set \`${variable}\`, by which a program loads others`, wanted: null };
  }
  const [program = "", ...rest] = isPlainEnv(words) ? words.slice(1) : words;
  const path = await findProgram(program, { folder, isScript: false });
  if (path === undefined) return { what: `to run \`${program}\`, which is not here`, wanted: null };
  const entries = programs.filter((entry) => entry.path === path);
  if (entries.some((entry) => entry.words.length > 0 && entry.words.every((word, i) => word === rest[i])))
    return undefined;
  const isListed = entries.some((entry) => entry.words.length === 0);
  if (!interpreters.test(basename(path))) {
    return isListed ? undefined : { what: `to run \`${program}\``, wanted: program };
  }
  const script = rest.find((word) => !harmlessOption.test(word));
  if (script === undefined || script.startsWith("-")) {
    const shown = [program, ...rest.slice(0, 2)].join(" ");
    return { what: `to run \`${shown}\`, which names no script`, wanted: null };
  }
  const file = resolve(folder, script);
  if (isListed && (await isSameFile(file, programs))) return undefined;
  return { what: `to run \`${program} ${script}\``, wanted: `${program},${file}` };
}

/** Whether the file is one of those without further words. */
export async function isSameFile(file: string, programs: readonly AllowedProgram[]): Promise<boolean> {
  const path = await named(file);
  return programs.some((entry) => entry.words.length === 0 && entry.path === path);
}

/** `env` before a program; with options or variables it is a program like any other. */
function isPlainEnv([first, second = "-"]: readonly string[]): boolean {
  return first === "/usr/bin/env" && !second.startsWith("-") && !second.includes("=");
}

async function findProgram(
  name: string,
  { folder, isScript }: { readonly folder: string; readonly isScript: boolean },
): Promise<string | undefined> {
  if (name.includes("/") || name.includes("\\")) return fileAt(resolve(folder, name));
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((one) => one !== "");
  const places = [...folders.map((one) => join(one, name)), ...(isScript ? [resolve(folder, name)] : [])];
  const endings = process.platform === "win32" ? ["", ".exe"] : [""];
  for (const place of places.flatMap((one) => endings.map((ending) => one + ending))) {
    const found = await fileAt(place);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function fileAt(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true ? named(path) : undefined;
}

async function named(path: string): Promise<string> {
  const folder = await realpath(dirname(path)).catch(() => dirname(path));
  return join(folder, basename(path));
}
