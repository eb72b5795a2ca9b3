import { spawn } from "node:child_process";

import { UndeliveredNotice, type Channel } from "./channel.ts";
import type { Notice } from "./notice.ts";

/**
 * Runs a program for each notice: the facts are in its environment, the whole notice is JSON on its stdin. No shell reads
 * the words, and no value of a study is ever one of them.
 */
export function notifyCommand(words: readonly [string, ...string[]]): Channel {
  const [file, ...rest] = words;
  return {
    name: `program ${file}`,
    async deliver(notice, signal) {
      const child = spawn(file, rest, {
        env: { ...process.env, TUNESMITH_NOTIFY_WEBHOOK: undefined, ...factsOf(notice) },
        stdio: ["pipe", "ignore", "ignore"],
        signal,
        killSignal: "SIGKILL",
        windowsHide: true,
      });
      // A program need not read it.
      child.stdin.on("error", () => {});
      child.stdin.end(JSON.stringify(notice));
      const { promise, resolve, reject } = Promise.withResolvers<string | null>();
      child.once("error", reject);
      child.once("exit", (code, by) =>
        resolve(code === 0 ? null : by === null ? `status ${code}` : `signal ${by}`),
      );
      const failure = await promise.catch((error: unknown) => {
        const { code } = error as NodeJS.ErrnoException;
        if (code === "ABORT_ERR")
          throw new UndeliveredNotice("it did not end in time", { isRetryable: false });
        throw new UndeliveredNotice(`it cannot be started: ${code}`, { isRetryable: false });
      });
      if (failure !== null) throw new UndeliveredNotice(`it ended with ${failure}`, { isRetryable: true });
    },
  };
}

function factsOf({ event, study, text, sequence, trial }: Notice): Readonly<Record<string, string>> {
  return {
    TUNESMITH_EVENT: event,
    TUNESMITH_STUDY: study,
    TUNESMITH_TEXT: text,
    TUNESMITH_SEQUENCE: String(sequence),
    ...(trial === null ? {} : { TUNESMITH_TRIAL: String(trial.number) }),
    ...(trial === null || trial.objective === null ? {} : { TUNESMITH_OBJECTIVE: String(trial.objective) }),
  };
}
