import type { Command } from "commander";

import type { CliContext } from "./context.ts";

/**
 * A verb registers itself: `registerX(program, context)` adds its command to the program by `program.command(...)`
 * with description, arguments, options and action. The action may be async; it prints by the context, throws
 * `TunesmithError` for what went wrong, and sets `context.exitStatus` when the answer itself is the status.
 */
export type RegisterCommand = (program: Command, context: CliContext) => void;

export interface CommandEntry {
  readonly name: string;
  /** Shown by `tunesmith --help`, for which no verb is loaded. */
  readonly usage: string;
  readonly summary: string;
  readonly load: () => Promise<RegisterCommand>;
}

/** The verbs in the order of the help. Each is loaded only when the command line names it. */
export const commandEntries: readonly CommandEntry[] = [
  {
    name: "quickstart",
    usage: "",
    summary: "run a small study now",
    load: async () => (await import("./commands/quickstart.ts")).registerQuickstart,
  },
  {
    name: "init",
    usage: "[FILE]",
    summary: "write a commented study file",
    load: async () => (await import("./commands/init.ts")).registerInit,
  },
  {
    name: "check",
    usage: "FILE",
    summary: "what is wrong or doubtful in a study file",
    load: async () => (await import("./commands/check.ts")).registerCheck,
  },
  {
    name: "run",
    usage: "FILE",
    summary: "run a study from a YAML or TypeScript study file",
    load: async () => (await import("./commands/run.ts")).registerRun,
  },
  {
    name: "resume",
    usage: "STUDY",
    summary: "go on with what is unfinished",
    load: async () => (await import("./commands/resume.ts")).registerResume,
  },
  {
    name: "stop",
    usage: "STUDY",
    summary: "ask its workers to save, finish and stop",
    load: async () => (await import("./commands/stop.ts")).registerStop,
  },
  {
    name: "worker",
    usage: "[STUDY...]",
    summary: "run trials of the store's studies, from this or another machine",
    load: async () => (await import("./commands/worker.ts")).registerWorker,
  },
  {
    name: "workers",
    usage: "",
    summary: "who serves the store, and with what",
    load: async () => (await import("./commands/workers.ts")).registerWorkers,
  },
  {
    name: "drain",
    usage: "WORKER",
    summary: "ask workers to finish their trials and go",
    load: async () => (await import("./commands/drain.ts")).registerDrain,
  },
  {
    name: "enqueue",
    usage: "STUDY PATH=VALUE...",
    summary: "ask for a configuration to be tried next",
    load: async () => (await import("./commands/enqueue.ts")).registerEnqueue,
  },
  {
    name: "extend",
    usage: "STUDY",
    summary: "more trials, or another space or method, for a study that there is",
    load: async () => (await import("./commands/extend.ts")).registerExtend,
  },
  {
    name: "ls",
    usage: "",
    summary: "list the studies of the store",
    load: async () => (await import("./commands/ls.ts")).registerLs,
  },
  {
    name: "show",
    usage: "STUDY [TRIAL]",
    summary: "what a study or one of its trials is and did",
    load: async () => (await import("./commands/show.ts")).registerShow,
  },
  {
    name: "trials",
    usage: "STUDY",
    summary: "table of trials, sorted and filtered",
    load: async () => (await import("./commands/trials.ts")).registerTrials,
  },
  {
    name: "events",
    usage: "STUDY",
    summary: "what happened in a study, also while it happens",
    load: async () => (await import("./commands/events.ts")).registerEvents,
  },
  {
    name: "best",
    usage: "STUDY",
    summary: "the best configuration, with its uncertainty",
    load: async () => (await import("./commands/best.ts")).registerBest,
  },
  {
    name: "test",
    usage: "STUDY [TRIAL]",
    summary: "open the locked test split for the winner, once",
    load: async () => (await import("./commands/test.ts")).registerTest,
  },
  {
    name: "export",
    usage: "STUDY",
    summary: "trials as CSV or JSON lines, or a trial's weights",
    load: async () => (await import("./commands/export.ts")).registerExport,
  },
  {
    name: "gc",
    usage: "[STUDY]",
    summary: "free the files that no trial needs any more",
    load: async () => (await import("./commands/gc.ts")).registerGc,
  },
  {
    name: "reproduce",
    usage: "STUDY TRIAL",
    summary: "train a trial again and compare its result hash",
    load: async () => (await import("./commands/reproduce.ts")).registerReproduce,
  },
  {
    name: "lr-find",
    usage: "FILE",
    summary: "which learning rate a study's model wants",
    load: async () => (await import("./commands/lr-find.ts")).registerLrFind,
  },
  {
    name: "bench",
    usage: "peak|step|epoch",
    summary: "measure the speed of this machine",
    load: async () => (await import("./commands/bench.ts")).registerBench,
  },
  {
    name: "data",
    usage: "ls|info|preview",
    summary: "the data sets, and what is in any data",
    load: async () => (await import("./commands/data.ts")).registerData,
  },
  {
    name: "doctor",
    usage: "",
    summary: "what works on this machine, and why something does not",
    load: async () => (await import("./commands/doctor.ts")).registerDoctor,
  },
];
