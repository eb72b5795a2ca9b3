/** What the live board shows, as a pure function of a run's events and the time. */
import type { RunEvent } from "../../worker/index.ts";
import type { StudyProgress } from "../../../search/study/index.ts";
import { isBetter, type Objective } from "../../../search/trial/index.ts";
import { readingText } from "../output/reading-progress.ts";
import { describeParameters, varyingParameters } from "../records/trial-view.ts";

export interface WorkerState {
  readonly slot: number;
  readonly trial: number;
  readonly parameters: string;
  readonly startedAt: number;
  /** Where this attempt began: more than 0 after a checkpoint. */
  readonly firstEpoch: number;
  readonly epoch: number;
  readonly epochs: number;
  /** The objective's metric after the epochs that were seen. */
  readonly curve: readonly (number | null)[];
}

export interface BoardState {
  readonly study: string;
  readonly objective: Objective | undefined;
  readonly varying: readonly string[];
  readonly total: number;
  readonly finished: number;
  readonly failed: number;
  /** Ended by a scheduler. */
  readonly stopped: number;
  /** Put aside by a scheduler, as far as is known. */
  readonly paused: number;
  readonly best: { readonly number: number; readonly value: number } | undefined;
  /** Milliseconds that trials took which finished in this run. */
  readonly durations: readonly number[];
  readonly workers: ReadonlyMap<number, WorkerState | null>;
  /** What is going on while no trial is running. */
  readonly status: string;
}

/** Points of a curve that are kept; a terminal shows fewer. */
const maxCurveLength = 400;

export const initialBoard: BoardState = {
  study: "",
  objective: undefined,
  varying: [],
  total: 0,
  finished: 0,
  failed: 0,
  stopped: 0,
  paused: 0,
  best: undefined,
  durations: [],
  workers: new Map(),
  status: "starting workers",
};

export function nextBoard(state: BoardState, event: RunEvent, now: number): BoardState {
  switch (event.kind) {
    case "download": {
      const { file, receivedBytes, totalBytes } = event.progress;
      const share = totalBytes === null ? "" : ` ${Math.floor((100 * receivedBytes) / totalBytes)} %`;
      return { ...state, status: `downloading ${file}${share}` };
    }
    case "reading":
      return { ...state, status: readingText(event.progress) };
    case "study-started": {
      const { definition, progress, best: found } = event;
      const { name, objective } = definition;
      const value = found?.objectiveValue ?? null;
      const best = found === null || value === null ? undefined : { number: found.number, value };
      const varying = varyingParameters(definition);
      return { ...state, study: name, objective, varying, best, status: "", ...countsOf(progress) };
    }
    case "ready":
    case "worker-lost":
      return withWorker(state, event.slot, null);
    case "trial-started": {
      const { slot, number, epoch, epochs } = event;
      const parameters = describeParameters(event.parameters, state.varying);
      return withWorker(state, slot, {
        slot,
        trial: number,
        parameters,
        startedAt: now,
        firstEpoch: epoch,
        epoch,
        epochs,
        curve: [],
      });
    }
    case "trial-progress": {
      const worker = state.workers.get(event.slot);
      if (worker === null || worker === undefined) return state;
      const { epoch, epochs, value } = event;
      return withWorker(state, event.slot, {
        ...worker,
        epoch,
        epochs,
        curve: [...worker.curve, value].slice(-maxCurveLength),
      });
    }
    case "trial-ended":
      return withWorker(state, event.slot, null);
    case "trial-finished": {
      const { trial, progress } = event;
      const direction = state.objective?.direction ?? "minimize";
      const isBest =
        trial.state === "completed" &&
        trial.objectiveValue !== null &&
        isBetter(trial.objectiveValue, state.best?.value ?? null, direction);
      return {
        ...state,
        ...countsOf(progress),
        durations: trial.state === "completed" ? [...state.durations, trial.durationMs] : state.durations,
        best: isBest ? { number: trial.number, value: trial.objectiveValue } : state.best,
      };
    }
    case "trial-paused":
    case "warning":
    case "study-left":
    case "draining":
    case "fatal":
      return state;
    default:
      return event satisfies never;
  }
}

function countsOf({ total, remaining, failed, stopped, paused }: StudyProgress) {
  return { total, finished: total - remaining, failed, stopped, paused };
}

function withWorker(state: BoardState, slot: number, worker: WorkerState | null): BoardState {
  return { ...state, workers: new Map(state.workers).set(slot, worker) };
}

/** Of a running trial, the share of its epochs that is done. */
export function shareDone({ epoch, epochs }: WorkerState): number {
  return epochs === 0 ? 0 : epoch / epochs;
}

/**
 * Milliseconds until the last trial ends: what finished trials took on average, or what the running ones will take at
 * their pace, for each that is left, over the workers. Undefined before anything is known.
 */
export function remainingMs(state: BoardState, now: number): number | undefined {
  const running = [...state.workers.values()].filter((worker) => worker !== null);
  const paces = running
    .filter(({ epoch, firstEpoch }) => epoch > firstEpoch)
    .map(({ startedAt, epoch, firstEpoch, epochs }) => ((now - startedAt) / (epoch - firstEpoch)) * epochs);
  const known = state.durations.length > 0 ? state.durations : paces;
  if (known.length === 0) return undefined;
  const usual = known.reduce((sum, ms) => sum + ms, 0) / known.length;
  const left = running.map((worker) => (1 - shareDone(worker)) * usual);
  const untouched = Math.max(0, state.total - state.finished - running.length);
  const work = left.reduce((sum, ms) => sum + ms, 0) + untouched * usual;
  return Math.max(work / Math.max(1, state.workers.size), ...left);
}
