/**
 * Hyperband: successive halving from several first rungs, because nobody knows how early a curve tells. Bracket s starts with
 * ceil((sMax + 1) / (s + 1) * eta^s) trials at R / eta^s steps; bracket 0 trains all of its trials to the end.
 *
 * @see Li et al. 2018, "Hyperband: A Novel Bandit-Based Approach to Hyperparameter Optimization", algorithm 1 and table 1
 */
import { z } from "zod";

import { stopAtRung } from "./bracket.ts";
import { fullLength, stepAfter } from "./rungs.ts";
import type { Scheduler, TrialCurve } from "./scheduler.ts";
import { createSynchronousScheduler, type BracketPlan } from "./synchronous-brackets.ts";

export const hyperbandOptions = z.object({
  /**
   * synchronous: as in the paper, the brackets one after another by the trials' numbers. asynchronous: trials are dealt to the
   * brackets in the same shares, and stopped on arrival at a rung as by `asha`.
   */
  mode: z.enum(["synchronous", "asynchronous"]).default("synchronous"),
  /** The least steps of any trial. */
  minSteps: z.int().min(1).default(1),
  /** The best 1 / eta of each rung go on, to eta times as many steps. */
  eta: z.number().gt(1).default(3),
  /** R, the steps of a full training. Defaults to the trial's length; has to be given when lengths differ or are not known. */
  maxSteps: z.int().min(1).exactOptional(),
});

type HyperbandOptions = z.output<typeof hyperbandOptions>;

/** A bracket of the table, and where its trials begin in a cycle of all of them. */
interface TableRow {
  readonly label: number;
  readonly size: number;
  readonly steps: readonly number[];
  readonly first: number;
}

/** The brackets of one cycle, the one with most trials first. */
function tableOf(
  { minSteps, eta }: Pick<HyperbandOptions, "minSteps" | "eta">,
  maxSteps: number,
): TableRow[] {
  // Logarithms of exact powers may come out just below the whole number.
  const most = Math.max(0, Math.floor(Math.log(maxSteps / minSteps) / Math.log(eta) + 1e-9));
  const rows: TableRow[] = [];
  let first = 0;
  for (let label = most; label >= 0; label--) {
    const size = Math.ceil(((most + 1) / (label + 1)) * eta ** label - 1e-9);
    const steps = Array.from({ length: label }, (_, rung) =>
      Math.max(1, Math.floor(maxSteps / eta ** (label - rung) + 1e-9)),
    );
    rows.push({ label, size, steps: [...new Set(steps)], first });
    first += size;
  }
  return rows;
}

export function createHyperbandScheduler(options: HyperbandOptions): Scheduler {
  const tables = new Map<number, TableRow[]>();
  const tableFor = (length: number): readonly TableRow[] => {
    const maxSteps = fullLength("hyperband", options.maxSteps, length);
    const table = tables.get(maxSteps) ?? tableOf(options, maxSteps);
    tables.set(maxSteps, table);
    return table;
  };
  return options.mode === "synchronous" ? synchronous(options, tableFor) : asynchronous(options, tableFor);
}

function synchronous(
  { eta }: HyperbandOptions,
  tableFor: (length: number) => readonly TableRow[],
): Scheduler {
  return createSynchronousScheduler({
    name: "hyperband",
    eta,
    bracketOf({ number, length }): BracketPlan {
      const table = tableFor(length);
      const last = table.at(-1)!;
      const cycle = Math.floor(number / (last.first + last.size));
      const position = number - cycle * (last.first + last.size);
      const index = table.findLastIndex(({ first }) => first <= position);
      const { label, size, steps } = table[index]!;
      const ordinal = cycle * table.length + index;
      return { ordinal, label, size, steps: steps.filter((step) => step < length) };
    },
  });
}

function asynchronous(
  { eta }: HyperbandOptions,
  tableFor: (length: number) => readonly TableRow[],
): Scheduler {
  const deals = new WeakMap<readonly TableRow[], readonly TableRow[]>();
  const rowOf = ({ number, length }: Pick<TrialCurve, "number" | "length">): TableRow => {
    const table = tableFor(length);
    const deal = deals.get(table) ?? dealt(table);
    deals.set(table, deal);
    return deal[number % deal.length]!;
  };
  return {
    name: "hyperband",
    isOrderable: true,
    nextStep: (trial, step) => stepAfter(before(rowOf(trial), trial.length), step),
    judge(trial, trials) {
      const row = rowOf(trial);
      const members = trials.filter((other) => rowOf(other).label === row.label);
      return stopAtRung(trial, members, {
        rule: "hyperband",
        eta,
        bracket: row.label,
        steps: (length) => before(row, length),
      });
    },
  };
}

function before({ steps }: TableRow, length: number): readonly number[] {
  return steps.filter((step) => step < length);
}

/**
 * One cycle's trials in the order in which they are dealt: always to the bracket that is furthest behind its share, so that few
 * trials are shared out much as many are.
 */
function dealt(table: readonly TableRow[]): readonly TableRow[] {
  const total = table.reduce((sum, { size }) => sum + size, 0);
  const counts = table.map(() => 0);
  return Array.from({ length: total }, (_, number) => {
    const behind = table.map(({ size }, row) => (size * (number + 1)) / total - counts[row]!);
    const row = behind.indexOf(Math.max(...behind));
    counts[row]! += 1;
    return table[row]!;
  });
}
