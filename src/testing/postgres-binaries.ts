/**
 * Finds a PostgreSQL server on this machine. Distributions keep its programs off the PATH, and it refuses to run as root,
 * so a test that wants a server of its own has to look for both: the programs and somebody to run them as.
 */
import { execFileSync } from "node:child_process";
import { accessSync, constants, globSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";

export interface PostgresBinaries {
  /** The folder of `initdb` and `postgres`. */
  readonly folder: string;
  /** Who runs them: null for whoever runs the tests, another user when that is root. */
  readonly user: { readonly uid: number; readonly gid: number } | null;
}

let found: PostgresBinaries | string | undefined;

/** The programs, or a sentence that says why there are none to be used. */
export function findPostgres(): PostgresBinaries | string {
  found ??= look();
  return found;
}

/**
 * Whether tests may start a PostgreSQL. When they may not, the reason is printed; with `CI` set it is an error instead, so
 * that nothing is left out there.
 */
export function usablePostgres(): boolean {
  const answer = findPostgres();
  if (typeof answer !== "string") return true;
  // The same sign that Vitest goes by.
  if ((process.env["CI"] ?? "") !== "") throw new Error(`PostgreSQL is needed here: ${answer}`);
  console.warn(`skipped: what needs PostgreSQL, because ${answer}`);
  return false;
}

function look(): PostgresBinaries | string {
  if (process.platform === "win32") return "its server is run by signals, which Windows does not have.";
  const folder = folders().find((candidate) =>
    ["initdb", "postgres"].every((name) => isProgram(candidate, name)),
  );
  if (folder === undefined) {
    return "`initdb` and `postgres` are neither on the PATH nor in /usr/lib/postgresql nor where pg_config points.";
  }
  if (process.getuid!() !== 0) return { folder, user: null };
  const user = accountOf("postgres") ?? accountOf("nobody");
  return user === null
    ? "it does not run as root, and there is neither a user `postgres` nor `nobody`."
    : { folder, user };
}

function folders(): string[] {
  const debian = globSync("/usr/lib/postgresql/*/bin").toSorted((a, b) => versionOf(b) - versionOf(a));
  return [...(process.env["PATH"] ?? "").split(delimiter), ...debian, ...configured()];
}

function versionOf(folder: string): number {
  return Number(folder.split("/").at(-2));
}

function configured(): string[] {
  try {
    return [
      execFileSync("pg_config", ["--bindir"], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      }).trim(),
    ];
  } catch {
    return [];
  }
}

function isProgram(folder: string, name: string): boolean {
  try {
    accessSync(join(folder, name), constants.X_OK);
    return folder !== "";
  } catch {
    return false;
  }
}

function accountOf(name: string): { uid: number; gid: number } | null {
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((entry) => entry.startsWith(`${name}:`));
  if (line === undefined) return null;
  const [, , uid, gid] = line.split(":");
  return { uid: Number(uid), gid: Number(gid) };
}
