import { TunesmithError } from "../../base/index.ts";

/** A process that was started by the launcher gets a terminal's Ctrl-C twice within this time. */
const sameSignalMs = 100;

export interface Signals {
  /** The first SIGINT, SIGTERM or SIGHUP. */
  readonly stop: AbortSignal;
  /** The second of these. */
  readonly kill: AbortSignal;
  /** SIGUSR1. */
  readonly drain: AbortSignal;
  dispose(): void;
}

export interface SignalActions {
  readonly onStop: () => void;
  readonly onDrain: () => void;
  /** Called once everything was ended at the second signal. */
  readonly exitNow: (status: number) => void;
}

/** The first signal saves and stops, the second ends everything now; SIGUSR1 lets what runs come to its end. */
export function listenForSignals({ onStop, onDrain, exitNow }: SignalActions): Signals {
  const [stop, kill, drain] = [new AbortController(), new AbortController(), new AbortController()];
  const startedByLauncher = process.env["TUNESMITH_LAUNCHER"] === "1";
  let firstAt = 0;
  const onSignal = () => {
    const now = Date.now();
    if (!stop.signal.aborted) {
      firstAt = now;
      onStop();
      stop.abort(new TunesmithError("INTERNAL", { message: "interrupted" }));
    } else if (!startedByLauncher || now - firstAt > sameSignalMs) {
      kill.abort();
      exitNow(130);
    }
  };
  const onUser = () => {
    if (drain.signal.aborted || stop.signal.aborted) return;
    onDrain();
    drain.abort();
  };
  const names = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const name of names) process.on(name, onSignal);
  process.on("SIGUSR1", onUser);
  return {
    stop: stop.signal,
    kill: kill.signal,
    drain: drain.signal,
    dispose: () => {
      for (const name of names) process.off(name, onSignal);
      process.off("SIGUSR1", onUser);
    },
  };
}
