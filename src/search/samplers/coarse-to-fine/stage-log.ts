import type { Json } from "../../../base/index.ts";
import type { SearchSpace } from "../../space/index.ts";
import type { Evaluation } from "../sampler.ts";
import { describeRange, isSameRange, rangeText, wholeBox } from "./box.ts";
import type { DroppedTrial } from "./judge-stage.ts";
import { coarseToFineOptions, planOf, type Stage } from "./plan.ts";
import { keptFor, stagesOf, type StageState } from "./stages.ts";

/** What became of a parameter after a stage. */
export interface NarrowedParameter {
  readonly parameter: string;
  /** The ends of its range, or its values. */
  readonly before: Json;
  readonly after: Json;
  readonly message: string;
}

/** One stage of a coarse-to-fine search, in words and facts. */
export interface StageReport {
  readonly stage: number;
  readonly state: "waiting" | "running" | "finished";
  readonly firstTrial: number;
  readonly lastTrial: number;
  /** Neither stands for the full length. */
  readonly length: { readonly steps?: number; readonly share?: number };
  readonly message: string;
  readonly dropped: readonly DroppedTrial[];
  /** Numbers of the trials whose configurations the next stage trains again, best first. */
  readonly kept: readonly number[];
  /** What the next stage draws from is narrower in these. */
  readonly narrowed: readonly NarrowedParameter[];
}

/**
 * What a coarse-to-fine search planned, dropped, kept and narrowed, stage by stage.
 *
 * @param history with the curves of the trials
 * @param of.options the sampler's options as the study's definition has them
 */
export function stageLog(
  space: SearchSpace,
  history: readonly Evaluation[],
  of: { readonly options: Readonly<Record<string, Json>>; readonly maxTrials: number },
): readonly StageReport[] {
  const plan = planOf(coarseToFineOptions.parse(of.options), of.maxTrials);
  const states = stagesOf(space, plan, { history, count: 1 + (history.at(-1)?.number ?? -1) });
  return plan.map((stage, index): StageReport => {
    const state = states[index];
    const next = plan[index + 1];
    const result = state?.result ?? null;
    return {
      stage: stage.stage,
      state:
        result !== null
          ? "finished"
          : state === undefined || state.trials.length === 0
            ? "waiting"
            : "running",
      firstTrial: stage.first,
      lastTrial: stage.first + stage.trials - 1,
      length: stage.length,
      message: messageOf(stage, state),
      dropped: result?.dropped ?? [],
      kept: result === null || next === undefined ? [] : keptFor(next, result).map(({ number }) => number),
      narrowed: next === undefined || result === null ? [] : narrowedBy(space, state!, states[index + 1]!),
    };
  });
}

function messageOf({ stage, stages, first, trials, length }: Stage, state: StageState | undefined): string {
  const head = `stage ${stage} of ${stages}: trials ${first} to ${first + trials - 1}, ${lengthText(length)}`;
  if (state === undefined || state.trials.length === 0) return `${head}: waiting`;
  const { result } = state;
  if (result === null) {
    const finished = state.trials.filter((one) => one.state !== "pending").length;
    return `${head}: ${finished} of ${trials} finished`;
  }
  const { ranked, dropped, earlyLoss } = result;
  const count = (reason: DroppedTrial["reason"]) => dropped.filter((one) => one.reason === reason).length;
  const parts = [
    `${ranked.length} ${earlyLoss === null ? "were measured" : "learned"}`,
    `${count("failed")} failed`,
    ...(count("broke a constraint") === 0 ? [] : [`${count("broke a constraint")} broke a constraint`]),
    ...(earlyLoss === null
      ? []
      : [
          `${count("learned nothing")} learned nothing (ended no better than a loss of ${rounded(earlyLoss)})`,
        ]),
  ];
  const [best] = ranked;
  const winner =
    best === undefined ? "" : `; best is trial ${best.number} with a loss of ${rounded(best.losses![0]!)}`;
  return `${head}: ${parts.join(", ")}${winner}`;
}

function lengthText({ steps, share }: Stage["length"]): string {
  if (steps !== undefined) return `${steps} steps each`;
  return share === undefined || share === 1 ? "full length" : `${rounded(100 * share)} % of the full length`;
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

function narrowedBy(space: SearchSpace, state: StageState, next: StageState): readonly NarrowedParameter[] {
  const whole = wholeBox(space);
  const best = state.result!.best.length;
  return space.parameters.flatMap(({ name, distribution }, index): NarrowedParameter[] => {
    const before = state.box[index]!;
    const after = next.box[index]!;
    if (isSameRange(before, after)) return [];
    const from = isSameRange(before, whole[index]!) ? "all of " : "";
    const reason =
      after.kind === "choices"
        ? `what was tried beside these is in none of the best ${best}`
        : `the best ${best} lie there, with a margin on both sides`;
    return [
      {
        parameter: name,
        before: describeRange(before, distribution),
        after: describeRange(after, distribution),
        message: `\`${name}\`: ${from}${rangeText(before, distribution)} becomes ${rangeText(after, distribution)}, because ${reason}`,
      },
    ];
  });
}
