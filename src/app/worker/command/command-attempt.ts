/**
 * What one attempt does with a trial that runs a program: starts it with the trial's values, reports what it says of itself as it
 * comes, obeys the scheduler, and tells its ends apart.
 *
 * Whatever becomes of the attempt, its program has ended before the trial is given away; and before it starts one, whatever an
 * attempt before it has left on this machine.
 */
import { randomBytes } from "node:crypto";

import { internalError } from "../../../base/index.ts";
import { describeRuling } from "../../../search/schedulers/index.ts";
import {
  reduceCurve,
  type Observation,
  type Ruling,
  type TrialReason,
  type TrialRecord,
  type TrialResult,
} from "../../../search/trial/index.ts";
import { isCommandDocument, type CommandDocument } from "../../spec/index.ts";
import type { AttemptOutcome } from "../attempt-outcome.ts";
import { keepLease } from "../heartbeat.ts";
import { lostTooOften } from "../lost-attempts.ts";
import type { TrialContext } from "../trial-context.ts";
import { failureReason } from "./failure-reason.ts";
import { openMetricSources } from "./metrics/metric-ways.ts";
import type { MetricSource } from "./metrics/metric-way.ts";
import { prepareProgram, type PreparedProgram } from "./prepare-program.ts";
import { MemoryWatch } from "./processes/memory-watch.ts";
import { readOomKills } from "./processes/oom-counter.ts";
import { endTracedProgram, removeTrace, writeTrace } from "./processes/program-trace.ts";
import { Program, type ProgramEnd } from "./program.ts";
import { mayRetry } from "./retries.ts";
import { startProblem } from "./start-failure.ts";
import { TrialLog } from "./trial-log.ts";
import { TrialPlace } from "./trial-place.ts";
import { TrialReports } from "./trial-reports.ts";

/** What a program that was told so over HTTP may take to end by itself before it is asked to. */
const selfStopMs = 5000;

export interface CommandTrialContext extends Pick<
  TrialContext,
  "study" | "storage" | "clock" | "stop" | "send" | "leaseMs"
> {
  /** The folder of the store. */
  readonly store: string;
  /** What the program's environment is made from. Defaults to this process's own. */
  readonly env?: NodeJS.ProcessEnv;
}

/** Why a program was ended; the first stands. */
type Verdict =
  | { readonly kind: "ruled"; readonly ruling: Ruling }
  | { readonly kind: "handed-back" }
  /** Not for the program to change: another attempt would end the same way. */
  | { readonly kind: "unusable"; readonly message: string }
  | {
      readonly kind: "exceeded";
      readonly reason: Pick<TrialReason, "message"> & { kind: "timeout" | "out-of-memory" };
    }
  | { readonly kind: "broken"; readonly error: unknown };

export class CommandAttempt {
  readonly #trial: TrialRecord;
  readonly #document: CommandDocument;
  readonly #context: CommandTrialContext;
  readonly #lease;
  readonly #place: TrialPlace;
  readonly #token = randomBytes(24).toString("base64url");
  readonly #oomKills = readOomKills();
  #reports!: TrialReports;
  #log!: TrialLog;
  #prepared!: PreparedProgram;
  #sources: readonly MetricSource[] = [];
  #program: Program | undefined;
  #verdict: Verdict | undefined;
  /** Requests that wait for a ruling. */
  #asking = 0;

  constructor(trial: TrialRecord, context: CommandTrialContext) {
    if (!isCommandDocument(trial.document)) throw internalError("the trial's document runs no program");
    this.#trial = trial;
    this.#document = trial.document;
    this.#context = context;
    this.#lease = { trialId: trial.id, attempt: trial.attempt };
    const { name } = context.study.record.definition;
    this.#place = new TrialPlace(context.store, { study: name, trial: trial.number, command: this.#command });
  }

  async run(): Promise<AttemptOutcome> {
    const { study, stop, send, leaseMs } = this.#context;
    const { number, attempt, parameters } = this.#trial;
    const lost = await lostTooOften(this.#trial, this.#context.storage);
    if (lost !== undefined) {
      await study.fail(this.#lease, { reason: lost });
      return "failed";
    }
    await endTracedProgram(this.#place.trace);
    send({ kind: "trial-started", number, attempt, parameters, epoch: 0, epochs: 0 });
    const onStop = () => this.#end({ kind: "handed-back" });
    const { timeLimitMs } = this.#command;
    const endHeartbeat = keepLease({
      study,
      lease: this.#lease,
      leaseMs,
      onLost: (error) => this.#break(error),
    });
    const limit =
      timeLimitMs === undefined ? undefined : setTimeout(() => this.#endAfter(timeLimitMs), timeLimitMs);
    stop.addEventListener("abort", onStop, { once: true });
    try {
      await this.#prepare();
      if (stop.aborted) onStop();
      const end = await this.#runProgram();
      for (const source of this.#sources) await source.end();
      this.#sources = [];
      return await this.#conclude(end, await this.#reports.end());
    } finally {
      endHeartbeat();
      clearTimeout(limit);
      stop.removeEventListener("abort", onStop);
      for (const source of this.#sources) await source.end();
      await this.#reports?.end();
      await this.#log?.close();
    }
  }

  async #prepare(): Promise<void> {
    await this.#place.create();
    this.#reports = await TrialReports.open(this.#trial, {
      context: this.#context,
      accepts: (metric) => this.#prepared.secrets.hide(metric) === metric,
      onRuling: (ruling) => this.#end({ kind: "ruled", ruling }),
      onError: (error) => this.#break(error),
      onPressure: (isHigh) => (isHigh ? this.#program?.pauseOutput() : this.#program?.resumeOutput()),
    });
    this.#sources = await openMetricSources({
      settings: this.#command.metrics ?? {},
      folder: this.#place.folder,
      file: this.#place.metricsFile,
      token: this.#token,
      take: (report) => this.#reports.take(report),
      room: () => this.#reports.room(),
      ruling: () => this.#ruling(),
      fail: (message) => this.#end({ kind: "unusable", message }),
    });
    const { env = process.env } = this.#context;
    this.#prepared = await prepareProgram(this.#document, {
      trial: this.#trial,
      place: this.#place,
      metrics: Object.assign({}, ...this.#sources.map((source) => source.env)) as Record<string, string>,
      token: this.#token,
      env,
    });
    this.#log = new TrialLog(this.#place.log, this.#prepared.secrets);
    await this.#log.open(this.#trial.attempt);
  }

  async #runProgram(): Promise<ProgramEnd> {
    // Asked to end before it began: there is nothing to end.
    if (this.#verdict !== undefined) return { kind: "signalled", signal: "SIGTERM" };
    const { words, env } = this.#prepared;
    const { folder, memoryLimitBytes } = this.#command;
    this.#program = new Program({
      arguments: words,
      folder,
      env,
      onOutput: (chunk, stream) => {
        this.#log.append(chunk);
        for (const source of this.#sources) source.onOutput?.(chunk, stream);
      },
      onTrace: (trace) => {
        writeTrace(this.#place.trace, trace);
        this.#context.send({ kind: "program", trace });
      },
    });
    const { pid } = this.#program;
    const watch =
      memoryLimitBytes === undefined || pid === undefined
        ? undefined
        : new MemoryWatch({
            pid,
            limitBytes: memoryLimitBytes,
            onExceeded: (bytes) => this.#endAbove(bytes),
          });
    try {
      return await this.#program.ended;
    } finally {
      watch?.end();
      removeTrace(this.#place.trace);
      this.#context.send({ kind: "program", trace: null });
    }
  }

  /** Why the program is to end, once what it has reported so far is ruled on. */
  async #ruling(): Promise<string | null> {
    this.#asking += 1;
    await this.#reports.settled();
    this.#asking -= 1;
    const verdict = this.#verdict;
    if (verdict === undefined) return null;
    return verdict.kind === "ruled" ? this.#describe(verdict.ruling) : "the trial is given up here";
  }

  #endAfter(ms: number): void {
    const message = `its program took more than ${ms / 1000} s and was ended.`;
    this.#end({ kind: "exceeded", reason: { kind: "timeout", message } });
  }

  #endAbove(bytes: number): void {
    const limit = megabytes(this.#command.memoryLimitBytes ?? 0);
    const message = `its program took ${megabytes(bytes)} of memory, more than the limit of ${limit}, and was ended.`;
    this.#end({ kind: "exceeded", reason: { kind: "out-of-memory", message } });
  }

  #break(error: unknown): void {
    this.#end({ kind: "broken", error });
  }

  #end(verdict: Verdict): void {
    // What has ended by itself is not ended by anybody.
    if (this.#program?.hasEnded === true && verdict.kind !== "broken" && verdict.kind !== "unusable") return;
    if (this.#verdict !== undefined) return;
    this.#verdict = verdict;
    const { graceMs } = this.#command;
    const isTold = verdict.kind === "ruled" && this.#asking > 0;
    const isOutOfMemory = verdict.kind === "exceeded" && verdict.reason.kind === "out-of-memory";
    this.#program?.stop(isOutOfMemory ? 0 : graceMs, isTold ? Math.min(graceMs, selfStopMs) : 0);
  }

  async #conclude(end: ProgramEnd, observations: readonly Observation[]): Promise<AttemptOutcome> {
    const { study } = this.#context;
    const verdict = this.#verdict;
    switch (verdict?.kind) {
      case "broken":
        throw verdict.error;
      case "handed-back":
        await study.handBack(this.#lease, { observations });
        return "handed-back";
      case "ruled":
        return this.#obey(verdict.ruling);
      case "unusable":
        return this.#fail({ kind: "error", message: verdict.message }, { observations });
      case "exceeded":
        return this.#fail(verdict.reason, { observations, isRetried: true });
      case undefined:
        return this.#judgeEnd(end, observations);
    }
  }

  async #obey(ruling: Ruling): Promise<AttemptOutcome> {
    const { study, send } = this.#context;
    const { number, parameters } = this.#trial;
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

  /** Of a program that nobody has ended. */
  async #judgeEnd(end: ProgramEnd, observations: readonly Observation[]): Promise<AttemptOutcome> {
    const left = this.#program?.leftBehind ?? 0;
    if (left > 0) {
      const what = left === 1 ? "a process" : `${left} processes`;
      this.#warn(`: its program ended and left ${what} running, which ${left === 1 ? "was" : "were"} ended.`);
    }
    const { words, env } = this.#prepared;
    const { folder } = this.#command;
    const reason = failureReason(end, {
      metric: this.#objective.metric,
      reported: this.#reports.metrics,
      tail: this.#log.tail,
      sawOomKill: (readOomKills() ?? 0) > (this.#oomKills ?? 0),
      startProblem:
        end.kind === "not-started" ? await startProblem(words[0] ?? "", { folder, env }) : undefined,
    });
    const diverged = await this.#divergence(observations);
    if (diverged !== undefined) return this.#fail(diverged, { observations });
    if (reason === undefined) return this.#complete(observations);
    return this.#fail({ ...reason, facts: end }, { observations, isRetried: end.kind !== "not-started" });
  }

  /** An objective that is no number at the end, and so has no value: a result of the search, whatever the exit code. */
  async #divergence(observations: readonly Observation[]): Promise<TrialReason | undefined> {
    const { metric } = this.#objective;
    const own = observations.filter((one) => one.metric === metric);
    const lastStep = own.at(-1)?.step ?? this.#reports.lastStep;
    if (lastStep === 0) return undefined;
    const stored = await this.#context.storage.listObservations(this.#trial.id, metric);
    const known = [...stored, ...own].filter(({ step }) => step <= lastStep);
    const curve = [...new Map(known.map((one) => [one.step, one])).values()];
    const last = curve.findLast(({ step }) => step === lastStep);
    if (last === undefined || Number.isFinite(last.value)) return undefined;
    if (reduceCurve(curve, this.#objective) !== null) return undefined;
    const message = `\`${metric}\` was ${last.value} at step ${last.step}.`;
    return { kind: "diverged", message, facts: { step: last.step } };
  }

  async #complete(observations: readonly Observation[]): Promise<AttemptOutcome> {
    this.#reports.count(observations);
    await this.#context.study.complete(this.#lease, { result: this.#result(), observations });
    return "completed";
  }

  async #fail(
    { kind, message, facts }: TrialReason,
    {
      observations,
      isRetried = false,
    }: { readonly observations: readonly Observation[]; readonly isRetried?: boolean },
  ): Promise<AttemptOutcome> {
    const { study, storage } = this.#context;
    const reason: TrialReason = {
      kind,
      message: this.#prepared.secrets.hide(message),
      facts: { tail: [...this.#log.tail], log: this.#log.path, ...facts },
    };
    const next = isRetried ? await mayRetry(this.#trial, { storage, command: this.#command }) : undefined;
    if (next === undefined) {
      await study.fail(this.#lease, { reason, observations });
      return "failed";
    }
    await study.handBack(this.#lease, { reason, observations });
    this.#warn(` is tried again (${next.retry} of ${next.retries}): ${reason.message}`);
    return "handed-back";
  }

  #warn(message: string): void {
    this.#context.send({ kind: "warning", message: `trial ${this.#trial.number}${message}` });
  }

  #describe(ruling: Ruling): string {
    return describeRuling(ruling, this.#objective);
  }

  #result(): TrialResult {
    return {
      resultHash: this.#reports.resultHash,
      environment: { backend: "command", platform: `${process.platform}-${process.arch}` },
      epochs: this.#reports.lastStep,
    };
  }

  get #command() {
    return this.#document.command;
  }

  get #objective() {
    return this.#context.study.record.definition.objective;
  }
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
