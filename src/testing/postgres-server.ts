/**
 * A real PostgreSQL for tests: the machine's own programs on a temporary folder. It can be stopped, crashed, paused and
 * started again on the same folder and port, and it syncs what it commits, because that is what such tests are about.
 *
 * It ends with its process even when that is killed: a shell beside it waits at the end of a pipe that only this process
 * holds open. The folder of a killed process stays until the next server on the machine removes it.
 */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  chownSync,
  closeSync,
  globSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";

import { Client } from "pg";

import { freeLoopbackPort } from "./free-loopback-port.ts";
import { findPostgres, type PostgresBinaries } from "./postgres-binaries.ts";
import { processTable } from "./process-table.ts";

const run = promisify(execFile);
const folderPrefix = join(tmpdir(), "tunesmith-postgres-");
const user = "tunesmith";
/** Between two looks at something that has no event. */
const pollMs = 10;

const settings = [
  "fsync=on",
  "full_page_writes=on",
  "synchronous_commit=on",
  "shared_buffers=16MB",
  "max_connections=200",
  // Inside the folder: a server that is killed leaves nothing elsewhere.
  "dynamic_shared_memory_type=mmap",
  // Before it recovers it syncs what it finds: file by file that takes a second and more, for each crash of a test.
  ...(process.platform === "linux" ? ["recovery_init_sync_method=syncfs"] : []),
];

export class PostgresServer {
  readonly #password = randomBytes(12).toString("base64url");
  #folder: string | null = null;
  #port = 0;
  #postmaster: ChildProcess | null = null;
  #databases = 0;

  /** Of a superuser, with its password, over TCP on this machine alone. */
  url(database = "postgres"): string {
    return `postgres://${user}:${this.#password}@127.0.0.1:${this.#port}/${database}`;
  }

  /** Of its data, its socket and its log. */
  get folder(): string {
    if (this.#folder === null) throw notRunning();
    return this.#folder;
  }

  /** The process that all others of the server come from. */
  get pid(): number {
    if (this.#postmaster === null) throw notRunning();
    return this.#postmaster.pid!;
  }

  /** Resolves once it answers; after a crash, once it has recovered. */
  async start(): Promise<void> {
    if (this.#postmaster !== null) return;
    const { folder: binaries, user: owner } = usable();
    if (this.#folder === null) await this.#create();
    const folder = this.#folder!;
    const log = openSync(join(folder, "log"), "a");
    const postmaster = spawn(
      join(binaries, "postgres"),
      ["-D", join(folder, "data"), "-h", "127.0.0.1", "-p", String(this.#port), "-k", folder].concat(
        settings.flatMap((setting) => ["-c", setting]),
      ),
      { stdio: ["ignore", log, log], ...owner },
    );
    closeSync(log);
    await once(postmaster, "spawn");
    this.#postmaster = postmaster;
    const lifeline = holdLifeline(postmaster.pid!, owner);
    postmaster.once("exit", () => {
      lifeline.kill("SIGKILL");
      this.#postmaster = null;
    });
    await this.#answers();
  }

  /** A fresh database. @returns its URL */
  async createDatabase(): Promise<string> {
    const name = `test_${++this.#databases}`;
    // Nobody can be connected to template0, so databases can be made at the same moment.
    await this.#query(`CREATE DATABASE ${name} TEMPLATE template0`);
    return this.url(name);
  }

  /** `fast` ends sessions and writes a checkpoint; `immediate` leaves the log to be recovered from. */
  async stop(mode: "fast" | "immediate" = "fast"): Promise<void> {
    if (this.#postmaster === null) return;
    const exit = once(this.#postmaster, "exit");
    process.kill(this.pid, mode === "fast" ? "SIGINT" : "SIGQUIT");
    await this.resume();
    await exit;
  }

  /** A crash: SIGKILL to every process of the server, none of which sees another one die first. */
  async kill(): Promise<void> {
    const all = await this.#freeze();
    const exit = once(this.#postmaster!, "exit");
    for (const pid of all) signal(pid, "SIGKILL");
    await exit;
    // The next start refuses while a process of this one still holds the shared memory.
    while ((await processTable()).some(({ pid }) => all.includes(pid))) await pause(pollMs);
  }

  /** An outage: connections stay open and are accepted, and nothing is answered until `resume`. */
  async pause(): Promise<void> {
    await this.#freeze();
  }

  async resume(): Promise<void> {
    for (const pid of await this.#processes()) signal(pid, "SIGCONT");
  }

  /** Stops the server and removes its folder. */
  async remove(): Promise<void> {
    if (this.#folder === null) return;
    // A crashed server gives back the shared memory of the system only when it is started again.
    if (this.#postmaster === null) await this.start();
    await this.stop("immediate");
    rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = null;
  }

  async #create(): Promise<void> {
    await removeLeftovers();
    const { folder: binaries, user: owner } = usable();
    const folder = mkdtempSync(`${folderPrefix}${process.pid}-`);
    const passwordFile = join(folder, "password");
    writeFileSync(passwordFile, this.#password, { mode: 0o600 });
    if (owner !== null) for (const path of [folder, passwordFile]) chownSync(path, owner.uid, owner.gid);
    this.#port = await freeLoopbackPort();
    const given = ["--no-sync", "--no-instructions", "--locale=C", "--encoding=UTF8", "--auth=scram-sha-256"];
    const asked = ["-D", join(folder, "data"), "-U", user, `--pwfile=${passwordFile}`, ...given];
    await run(join(binaries, "initdb"), asked, { ...owner, cwd: folder });
    rmSync(passwordFile);
    this.#folder = folder;
  }

  async #query(sql: string): Promise<void> {
    const client = new Client(this.url());
    // What goes wrong with a connection also rejects the call that waits for it.
    client.on("error", () => undefined);
    try {
      await client.connect();
      await client.query(sql);
    } finally {
      await client.end();
    }
  }

  async #answers(): Promise<void> {
    while (this.#postmaster !== null) {
      try {
        await this.#query("SELECT 1");
        return;
      } catch (error) {
        // 57P03: it is starting up, or recovers.
        if (!["ECONNREFUSED", "ECONNRESET", "57P03"].includes((error as { code?: string }).code ?? ""))
          throw error;
        await pause(pollMs);
      }
    }
    const log = readFileSync(join(this.#folder!, "log"), "utf8");
    throw new Error(`the PostgreSQL of this test ended while it started. Its log ends:\n${log.slice(-2000)}`);
  }

  async #processes(): Promise<number[]> {
    if (this.#postmaster === null) return [];
    const { pid } = this;
    return [pid, ...(await processTable()).filter(({ parent }) => parent === pid).map((child) => child.pid)];
  }

  /** The postmaster first: once it is stopped it makes no more processes, and the list of them is whole. */
  async #freeze(): Promise<number[]> {
    const { pid } = this;
    signal(pid, "SIGSTOP");
    while (!(await processTable()).some((row) => row.pid === pid && row.state.startsWith("T")))
      await pause(pollMs);
    const all = await this.#processes();
    for (const one of all) signal(one, "SIGSTOP");
    return all;
  }
}

function notRunning(): Error {
  return new Error("the PostgreSQL of this test must be running, but it is not.");
}

function usable(): PostgresBinaries {
  const binaries = findPostgres();
  if (typeof binaries === "string") throw new Error(`PostgreSQL cannot be started: ${binaries}`);
  return binaries;
}

/** Ends the server when this process ends, however it does. A server that is paused must be woken to hear of it. */
function holdLifeline(pid: number, owner: PostgresBinaries["user"]): ChildProcess {
  const script = 'read -r _; kill -QUIT "$1"; kill -CONT "$1"';
  return spawn("sh", ["-c", script, "lifeline", String(pid)], {
    stdio: ["pipe", "ignore", "ignore"],
    ...owner,
  });
}

/** A process may have ended by itself since it was listed. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** The folders of processes that were killed before they could remove them. */
async function removeLeftovers(): Promise<void> {
  const alive = new Set((await processTable()).map(({ pid }) => pid));
  for (const folder of globSync(`${folderPrefix}*`)) {
    const pid = Number(folder.slice(folderPrefix.length).split("-")[0]);
    if (!alive.has(pid)) rmSync(folder, { recursive: true, force: true });
  }
}
