import { TunesmithError, type Json } from "../../../base/index.ts";
import type { TrialColumn, TrialView } from "./trial-view.ts";

export interface TrialFilter {
  readonly column: TrialColumn;
  readonly operator: string;
  readonly value: string;
}

/** `column operator value`, for example `objective>=0.8`. @throws INVALID_USAGE */
export function parseFilter(text: string, column: (name: string) => TrialColumn): TrialFilter {
  const [, name, operator, value] = /^([^=<>!]+?)\s*(>=|<=|!=|=|>|<)\s*(.*)$/.exec(text) ?? [];
  if (name === undefined || operator === undefined || value === undefined || value === "") {
    throw new TunesmithError("INVALID_USAGE", {
      message: `--filter: expected a column, one of = != < <= > >=, and a value, got \`${text}\`.`,
      hint: "For example: --filter state=completed --filter 'objective>0.8'.",
    });
  }
  return { column: column(name.trim()), operator, value };
}

export function filterTrials(trials: readonly TrialView[], filters: readonly TrialFilter[]): TrialView[] {
  return trials.filter((trial) => filters.every((filter) => matches(filter, filter.column.value(trial))));
}

function matches({ operator, value }: TrialFilter, actual: Json | undefined): boolean {
  if (actual === null || actual === undefined) return operator === "!=";
  const isNumber = typeof actual === "number" && value.trim() !== "" && !Number.isNaN(Number(value));
  const [a, b] = isNumber ? [actual, Number(value)] : [textOf(actual), value];
  switch (operator) {
    case "=":
      return a === b;
    case "!=":
      return a !== b;
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    default:
      return a >= b;
  }
}

/** Stable; trials without a value come last in either direction. */
export function sortTrials(
  trials: readonly TrialView[],
  column: TrialColumn,
  isDescending: boolean,
): TrialView[] {
  return trials.toSorted((left, right) => {
    const [a, b] = [column.value(left) ?? null, column.value(right) ?? null];
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
    const order =
      typeof a === "number" && typeof b === "number"
        ? a - b
        : textOf(a) < textOf(b)
          ? -1
          : textOf(a) > textOf(b)
            ? 1
            : 0;
    return isDescending ? -order : order;
  });
}

function textOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
