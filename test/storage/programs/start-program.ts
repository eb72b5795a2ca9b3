import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { onTestFinished } from "vitest";

/** Loading the sources takes most of a short program's time; what was compiled once is kept here. */
const compileCache = fileURLToPath(new URL("../../../build/compile-cache", import.meta.url));

/**
 * Starts a program of this folder as a process of its own; whatever happens, it ends with the test.
 *
 * @param environment what it gets beside this process's own
 */
export function startProgram(
  name: string,
  programArguments: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): ChildProcess {
  const file = fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
  const env = { ...process.env, NODE_COMPILE_CACHE: compileCache, ...environment };
  const child = fork(file, programArguments, { execArgv: [], serialization: "advanced", env });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return child;
}

/** The next message of a program; an error when it ends instead. */
export async function nextMessage(child: ChildProcess): Promise<unknown> {
  const waiting = new AbortController();
  const { signal } = waiting;
  try {
    return await Promise.race([
      once(child, "message", { signal }).then(([message]) => message as unknown),
      once(child, "exit", { signal }).then(([status]) => {
        throw new Error(`the program ended with status ${String(status)} before it answered`);
      }),
    ]);
  } finally {
    waiting.abort();
  }
}
