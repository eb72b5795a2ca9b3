/**
 * One claimed trial whose document runs a program: started with the trial's values, its printed metrics reported as they come,
 * its end told apart.
 *
 * Whatever becomes of the attempt, its program has ended before the trial is given away.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { internalError, TunesmithError } from "../../../base/index.ts";
import { defaultLeaseMs } from "../../../search/study/index.ts";
import type {
  Observation,
  Ruling,
  TrialReason,
  TrialRecord,
  TrialResult,
} from "../../../search/trial/index.ts";
import { configOf, isCommandDocument, type CommandDocument } from "../../spec/index.ts";
import type { AttemptOutcome } from "../attempt-outcome.ts";
import { JudgedSteps } from "../judged-steps.ts";
import type { TrialContext } from "../trial-context.ts";
import { makeFolder } from "../trial-files.ts";
import { expandArguments } from "./expand-arguments.ts";
import { failureText } from "./failure-text.ts";
import { MetricLines, type Reported } from "./metric-lines.ts";
import { interpreterOn, programEnvironment } from "./program-environment.ts";
import { Program, type ProgramEnd } from "./program.ts";
import { programFolder, TrialLog } from "./trial-log.ts";

/** At most four transactions per second and worker, however much a program prints, and one for each step that is judged. */
const flushIntervalMs = 250;
/** Live progress is for eyes. */
const progressIntervalMs = 50;
/** A trial that took its worker down so many times is not tried again. */
const maxLostAttempts = 3;

export interface CommandTrialContext extends Pick<
  TrialContext,
  "study" | "storage" | "clock" | "stop" | "send" | "leaseMs"
> {
  /** The folder of the store. */
  readonly store: string;
  /** What the program's environment is made from. Defaults to this process's own. */
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs the trial's program until it ends or is ended. */
export async function runCommandTrial(
  trial: TrialRecord,
  context: CommandTrialContext,
): Promise<AttemptOutcome> {
  try {
    return await new CommandAttempt(trial, context).run();
  } catch (error) {
    if (error instanceof TunesmithError && error.code === "LEASE_LOST") return "dropped";
    throw error;
  }
}

/** Why a program was ended; the first stands. */
type Verdict =
  | { readonly kind: "ruled"; readonly ruling: Ruling }
  | { readonly kind: "handed-back" }
  | { readonly kind: "timed-out" }
  | { readonly kind: "broken"; readonly error: unknown };

class CommandAttempt {
  readonly #trial: TrialRecord;
  readonly #document: CommandDocument;
  readonly #context: CommandTrialContext;
  readonly #lease;
  readonly #log: TrialLog;
  readonly #lines = new MetricLines();
  readonly #hash = createHash("sha256");
  #buffer: Observation[] = [];
  #steps: JudgedSteps | undefined;
  #lastStep = 0;
  #progressAt = 0;
  #program: Program | undefined;
  #verdict: Verdict | undefined;
  /** Reports, one after the other. */
  #reports: Promise<void> = Promise.resolve();

  constructor(trial: TrialRecord, context: CommandTrialContext) {
    if (!isCommandDocument(trial.document)) throw internalError("the trial's document runs no program");
    this.#trial = trial;
    this.#document = trial.document;
    this.#context = context;
    this.#lease = { trialId: trial.id, attempt: trial.attempt };
    this.#log = new TrialLog(context.store, { study: this.#studyName, trial: trial.number });
  }

  async run(): Promise<AttemptOutcome> {
    const { study, storage, stop, send } = this.#context;
    const { number, attempt, parameters } = this.#trial;
    if (attempt > maxLostAttempts) {
      const attempts = await storage.listAttempts(this.#trial.id);
      const lost = attempts.filter(({ reason }) => reason?.kind === "lost").length;
      const message = `its worker was lost ${lost} times while running this trial.`;
      if (lost >= maxLostAttempts) return this.#fail({ kind: "lost", message });
    }
    this.#steps = await JudgedSteps.of(this.#trial, { study, storage }, { done: 0, first: 0 });
    await this.#log.open(attempt);
    send({ kind: "trial-started", number, attempt, parameters, epoch: 0, epochs: 0 });

    const onStop = () => this.#end({ kind: "handed-back" });
    const { timeLimitMs } = this.#document.command;
    const timers = [
      setInterval(
        () => void study.heartbeat(this.#lease).catch((error: unknown) => this.#break(error)),
        (this.#context.leaseMs ?? defaultLeaseMs) / 3,
      ),
      setInterval(() => this.#flush(), flushIntervalMs),
      ...(timeLimitMs === undefined ? [] : [setTimeout(() => this.#end({ kind: "timed-out" }), timeLimitMs)]),
    ];
    stop.addEventListener("abort", onStop, { once: true });
    try {
      this.#program = await this.#start();
      if (stop.aborted) onStop();
      if (this.#verdict !== undefined) this.#program.stop(this.#document.command.graceMs);
      const end = await this.#program.ended;
      this.#take(this.#lines.end());
      await this.#reports;
      return await this.#conclude(end);
    } finally {
      for (const timer of timers) clearTimeout(timer);
      stop.removeEventListener("abort", onStop);
      await this.#log.close();
    }
  }

  async #start(): Promise<Program> {
    const { store, env = process.env } = this.#context;
    const { command } = this.#document;
    const config = configOf(this.#document);
    const folder = programFolder(store, this.#studyName, this.#trial.number);
    for (const path of [dirname(dirname(folder)), dirname(folder), folder]) await makeFolder(path);
    const configFile = join(folder, "config.json");
    await writeFile(configFile, `${JSON.stringify(config, undefined, 2)}\n`);
    const words = expandArguments(command, {
      config,
      configFile,
      env,
      interpreter: await interpreterOn(env, command),
      envProgram: process.platform === "win32" || !existsSync("/usr/bin/env") ? null : "/usr/bin/env",
    });
    const { number, seed } = this.#trial;
    return new Program({
      arguments: words,
      folder: command.folder,
      env: programEnvironment({ trial: { number, seed }, study: this.#studyName, configFile, folder, env }),
      onOutput: (chunk, stream) => {
        this.#log.append(chunk);
        if (stream === "stdout") this.#take(this.#lines.push(chunk));
      },
    });
  }

  #take(reports: readonly Reported[]): void {
    const { metric: main } = this.#objective;
    const time = this.#context.clock.now();
    for (const { metric, step, value } of reports) {
      this.#buffer.push({ metric, step, time, value });
      if (metric !== main) continue;
      if (time - this.#progressAt >= progressIntervalMs) {
        this.#progressAt = time;
        const { number } = this.#trial;
        const shown = Number.isFinite(value) ? value : null;
        this.#context.send({ kind: "trial-progress", number, epoch: step, epochs: 0, value: shown });
      }
      if (this.#steps!.isDue(step)) this.#flush(step);
    }
  }

  /** Reports what has come so far; `step` is one that the scheduler may rule on. */
  #flush(step?: number): void {
    if (this.#buffer.length === 0 || this.#verdict !== undefined) return;
    const observations = this.#takeBuffer();
    this.#reports = this.#reports.then(async () => {
      // After the step that it was judged by nothing counts.
      if (this.#verdict?.kind === "ruled") return;
      try {
        const ruled = await this.#context.study.report(this.#lease, observations);
        this.#count(observations);
        const ruling = step === undefined ? ruled : this.#steps!.pass(step, ruled);
        if (ruling !== null) this.#end({ kind: "ruled", ruling });
      } catch (error) {
        this.#break(error);
      }
    });
  }

  /** What is in the result. */
  #count(observations: readonly Observation[]): void {
    for (const { metric, step, value } of observations) {
      this.#hash.update(`${metric}\t${step}\t${value}\n`);
      if (metric === this.#objective.metric) this.#lastStep = step;
    }
  }

  #break(error: unknown): void {
    this.#end({ kind: "broken", error });
  }

  #end(verdict: Verdict): void {
    // What has ended by itself is not ended by anybody.
    if (this.#program?.hasEnded === true && verdict.kind !== "broken") return;
    this.#verdict ??= verdict;
    this.#program?.stop(this.#document.command.graceMs);
  }

  async #conclude(end: ProgramEnd): Promise<AttemptOutcome> {
    const { study, send } = this.#context;
    const { number, parameters } = this.#trial;
    const verdict = this.#verdict;
    switch (verdict?.kind) {
      case "broken":
        throw verdict.error;
      case "handed-back":
        await study.handBack(this.#lease, { observations: this.#takeBuffer() });
        return "handed-back";
      case "timed-out":
        return this.#fail({
          kind: "timeout",
          message: `its program took more than ${(this.#document.command.timeLimitMs ?? 0) / 1000} s and was ended.`,
          facts: this.#facts,
        });
      case "ruled": {
        const { ruling } = verdict;
        if (ruling.action === "complete") {
          await study.complete(this.#lease, { ruling, result: this.#result() });
          return "completed";
        }
        if (ruling.action === "pause") {
          await study.pause(this.#lease, { ruling });
          const message = `paused by ${ruling.rule} at step ${ruling.step}`;
          send({ kind: "trial-paused", number, parameters, message });
          return "paused";
        }
        await study.stop(this.#lease, { ruling, result: this.#result() });
        return "stopped";
      }
      case undefined:
        break;
    }
    const message = failureText(end, {
      metric: this.#objective.metric,
      reported: this.#lines.metrics,
      lastLine: this.#log.tail.at(-1),
    });
    if (message === undefined) return this.#complete();
    return this.#fail({ kind: "error", message, facts: { ...this.#facts, ...end } });
  }

  async #complete(): Promise<AttemptOutcome> {
    const observations = this.#takeBuffer();
    this.#count(observations);
    await this.#context.study.complete(this.#lease, { result: this.#result(), observations });
    return "completed";
  }

  async #fail(reason: TrialReason): Promise<AttemptOutcome> {
    await this.#context.study.fail(this.#lease, { reason, observations: this.#takeBuffer() });
    return "failed";
  }

  get #facts() {
    return { tail: [...this.#log.tail], log: this.#log.path };
  }

  #result(): TrialResult {
    return {
      resultHash: this.#hash.copy().digest("hex"),
      environment: { backend: "command", platform: `${process.platform}-${process.arch}` },
      epochs: this.#lastStep,
    };
  }

  #takeBuffer(): Observation[] {
    const taken = this.#buffer;
    this.#buffer = [];
    return taken;
  }

  get #objective() {
    return this.#context.study.record.definition.objective;
  }

  get #studyName(): string {
    return this.#context.study.record.definition.name;
  }
}
