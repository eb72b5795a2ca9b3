/** What the trials of a finished stage tell: which are dropped and why, and which are the best. */
import type { Evaluation } from "../sampler.ts";
import { compareRanks, rankOf, unmeasured } from "../tpe/ranking.ts";

export interface DroppedTrial {
  readonly number: number;
  readonly reason: "failed" | "broke a constraint" | "learned nothing";
}

export interface StageResult {
  /** Those that are not dropped, best first. */
  readonly ranked: readonly Evaluation[];
  /** The best third of them, at least two. */
  readonly best: readonly Evaluation[];
  readonly dropped: readonly DroppedTrial[];
  /** The median loss after the first step that was reported: who ends no better learned nothing. Null when no curve shows it. */
  readonly earlyLoss: number | null;
}

const bestShare = 1 / 3;
const fewestBest = 2;
/** Of fewer curves the median says little. */
const fewestCurves = 3;

/** @param trials of the stage, all finished */
export function judgeStage(trials: readonly Evaluation[]): StageResult {
  const earlyLoss = earlyLossOf(trials);
  const reasons = new Map(trials.map((trial) => [trial, reasonAgainst(trial, earlyLoss)]));
  const dropped = trials.flatMap((trial): DroppedTrial[] => {
    const reason = reasons.get(trial) ?? null;
    return reason === null ? [] : [{ number: trial.number, reason }];
  });
  const ranked = trials
    .filter((trial) => reasons.get(trial) === null)
    .toSorted((a, b) => compareRanks(rankOf(a, 0), rankOf(b, 0)) || a.number - b.number);
  const best = ranked.slice(0, Math.max(fewestBest, Math.ceil(bestShare * ranked.length)));
  return { ranked, best, dropped, earlyLoss };
}

function reasonAgainst(trial: Evaluation, earlyLoss: number | null): DroppedTrial["reason"] | null {
  const { tier } = rankOf(trial, 0);
  if (tier === unmeasured) return "failed";
  if (tier === 2) return "broke a constraint";
  return earlyLoss !== null && trial.curve.length > 1 && trial.losses![0]! >= earlyLoss
    ? "learned nothing"
    : null;
}

function earlyLossOf(trials: readonly Evaluation[]): number | null {
  const early = trials
    .filter(({ curve }) => curve.length > 1)
    .map(({ curve }) => curve[0]!.loss)
    .filter(Number.isFinite)
    .toSorted((a, b) => a - b);
  return early.length < fewestCurves ? null : early[early.length >> 1]!;
}
