/** Rulings in words: what a person reads who asks why a trial ended, in the objective's own units. */
import type { Objective, Ruling } from "../trial/index.ts";

export type RulingWords = Pick<Objective, "metric" | "direction">;

const verbs: { readonly [A in Ruling["action"]]: string } = {
  stop: "stopped",
  pause: "paused",
  complete: "ended",
};

/** What the rules that compare with something other than a rank say of it; the others are described by their facts. */
const clauses: Readonly<Record<string, (ruling: Ruling, words: RulingWords) => string>> = {
  patience(ruling, words) {
    const { bestStep } = ruling.facts ?? {};
    const measured = valueOf(ruling.loss, words);
    return typeof bestStep === "number"
      ? `${words.metric} ${measured} is no improvement since step ${bestStep}`
      : `${words.metric} ${measured}, and no finite value before`;
  },
  threshold(ruling, words) {
    const { bound } = ruling.facts ?? {};
    const measured = valueOf(ruling.loss, words);
    if (bound === "min") return `${words.metric} ${measured} is below ${valueOf(ruling.threshold, words)}`;
    if (bound === "max") return `${words.metric} ${measured} is above ${valueOf(ruling.threshold, words)}`;
    return `${words.metric} is ${measured}`;
  },
  "curve-extrapolation"(ruling, words) {
    const best = `the best ${words.metric} so far, ${valueOf(ruling.threshold, words)}`;
    return `${words.metric} ${valueOf(ruling.loss, words)} has a probability of ${rounded(ruling.probability ?? NaN)} to end better than ${best}`;
  },
  pbt({ loss, rank = 0, of, facts = {} }, words) {
    const place = `is ${ordinal(rank)} of ${of} in generation ${String(facts["generation"])}`;
    const heir = typeof facts["child"] === "number" ? `, trial ${facts["child"]} takes its place` : "";
    return `${words.metric} ${valueOf(loss, words)} ${place}${heir}`;
  },
  wilcoxon(ruling, words) {
    const { replicates, best } = ruling.facts ?? {};
    const means = `mean ${words.metric} ${valueOf(ruling.loss, words)} of ${String(replicates)} replicates`;
    return `${means} is worse than ${valueOf(ruling.threshold, words)} of trial ${String(best)} (p = ${rounded(ruling.probability ?? NaN)})`;
  },
};

/**
 * One sentence without a full stop, for example "stopped by asha at step 3: validation/accuracy 0.81 is 7th of 9 at rung 1, the
 * best 3 go on (needed 0.86)".
 */
export function describeRuling(ruling: Ruling, words: RulingWords): string {
  const clause = Object.hasOwn(clauses, ruling.rule) ? clauses[ruling.rule]! : byRank;
  return `${verbs[ruling.action]} by ${ruling.rule} at step ${ruling.step}: ${clause(ruling, words)}`;
}

function byRank(ruling: Ruling, words: RulingWords): string {
  const { rung, bracket, rank, of, threshold, facts = {} } = ruling;
  const what = facts["compared"] === "best" ? `best ${words.metric}` : words.metric;
  const place = rank === undefined || of === undefined ? "" : ` is ${ordinal(rank)} of ${of}`;
  const where =
    rung === undefined ? "" : ` at rung ${rung}${bracket === undefined ? "" : ` of bracket ${bracket}`}`;
  const goOn = facts["goOn"];
  const rest = typeof goOn === "number" ? `, ${howManyGoOn(goOn)}` : "";
  const needed =
    threshold === undefined || ruling.action === "pause" ? "" : ` (needed ${valueOf(threshold, words)})`;
  return `${what} ${valueOf(ruling.loss, words)}${place}${where}${rest}${needed}`;
}

function howManyGoOn(count: number): string {
  if (count === 0) return "none goes on";
  return count === 1 ? "the best 1 goes on" : `the best ${count} go on`;
}

/** A loss in the objective's own units; rulings leave out what is not finite. */
function valueOf(loss: number | undefined, { direction }: RulingWords): string {
  if (loss === undefined) return "not a finite number";
  return rounded(direction === "maximize" ? -loss : loss);
}

/** Four digits, which are enough to see the difference, and without zeros at the end. */
function rounded(value: number): string {
  return String(Number(value.toPrecision(4)) + 0);
}

function ordinal(rank: number): string {
  const tens = rank % 100;
  const suffix = tens > 10 && tens < 14 ? "th" : (["th", "st", "nd", "rd"][rank % 10] ?? "th");
  return `${rank}${suffix}`;
}
