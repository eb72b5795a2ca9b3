import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

import type { Acknowledgement } from "./acknowledgement.ts";
import { nextMessage } from "./programs/start-program.ts";

/** Lets a program write until it has acknowledged so much, then kills it. @returns all that it acknowledged */
export async function writeUntilKilled<Told = Acknowledgement>(
  program: ChildProcess,
  killAfter: number,
): Promise<Told[]> {
  await nextMessage(program);
  const acknowledged: Told[] = [];
  program.on("message", (message: Told) => {
    acknowledged.push(message);
    if (acknowledged.length === killAfter) program.kill("SIGKILL");
  });
  program.send("go");
  if (killAfter === 0) program.kill("SIGKILL");
  const [status, signal] = (await once(program, "close")) as [number | null, string | null];
  if (signal !== "SIGKILL") throw new Error(`a writer must live until it is killed, got status ${status}.`);
  return acknowledged;
}
