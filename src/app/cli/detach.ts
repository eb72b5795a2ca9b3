/** `--detach`: the same command in a process of its own, whose output goes to a file beside the store. */
import { spawn } from "node:child_process";
import { mkdir, open, readFile } from "node:fs/promises";
import { join } from "node:path";

import { TunesmithError } from "../../base/index.ts";
import { FilePlaces } from "../worker/index.ts";
import type { CliContext } from "./context.ts";

const startedMessage = "study-started";

/** Tells a waiting `--detach` that the study is in the store. Nothing happens in any other process. */
export function announceStart(): void {
  if (!process.connected) return;
  process.send?.(startedMessage, undefined, {}, () => {
    if (process.connected) process.disconnect();
  });
}

/** Arguments are seen by every user of the machine, and a store's URL may hold a password: it goes by the environment. */
function withoutStore(words: readonly string[]): readonly string[] {
  const at = words.indexOf("--store");
  const rest = at < 0 ? words : words.toSpliced(at, 2);
  return rest.filter((word) => !word.startsWith("--store="));
}

/** Starts this process's command again in the background; returns when the study has started there. */
export async function runDetached(context: CliContext, study: string): Promise<void> {
  const folder = join(new FilePlaces(context).local, "logs");
  await mkdir(folder, { recursive: true });
  const logPath = join(folder, `${encodeURIComponent(study).replace(/^\./, "%2E")}.log`);
  const log = await open(logPath, "w");
  const words = withoutStore(process.argv.slice(1).filter((word) => word !== "--detach"));
  const child = spawn(process.execPath, [...process.execArgv, ...words], {
    detached: true,
    stdio: ["ignore", log.fd, log.fd, "ipc"],
    env: { ...process.env, TUNESMITH_LAUNCHER: "0", TUNESMITH_STORE: context.store },
  });
  await log.close();
  const exitCode = await new Promise<number | null>((end, reject) => {
    child.once("message", () => end(null));
    child.once("exit", (code) => end(code ?? 70));
    child.once("error", reject);
  });
  if (exitCode === null) {
    child.unref();
    if (child.connected) child.disconnect();
    if (context.isJson) context.printJson({ study, pid: child.pid, log: logPath });
    else context.print(`study ${study} runs in the background, process ${child.pid}; its log is ${logPath}`);
    context.note(
      `${context.commandLine("show", study)} tells how far it is, ${context.commandLine("stop", study)} stops it.`,
    );
    return;
  }
  if (exitCode !== 0) {
    const tail = (await readFile(logPath, "utf8")).trim().replace(/^error: /m, "");
    throw new TunesmithError(
      exitCode === 4 ? "INVALID_STUDY_FILE" : exitCode === 3 ? "DATA_NOT_FOUND" : "INTERNAL",
      {
        message: `the run in the background ended at its start: ${tail}`,
      },
    );
  }
  context.print(`study ${study} is finished; its log is ${logPath}`);
}
