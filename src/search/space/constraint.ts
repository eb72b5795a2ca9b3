import { suggestName, type Json } from "../../base/index.ts";
import { holds, parseCondition, type Condition } from "./condition.ts";
import { parseComparison, type Comparison } from "./expression.ts";
import { invalidSpace } from "./invalid-space.ts";
import type { SearchParameter } from "./parameter.ts";

/**
 * What configurations must keep. `forbid`: a combination of values that may not come together. `require`: a comparison of
 * two expressions over parameters. Either says nothing where a parameter that it names is not active.
 */
export type Constraint = { readonly forbid: Condition } | { readonly require: string };

const parsedComparisons = new Map<string, Comparison>();

function comparisonOf(text: string): Comparison {
  let parsed = parsedComparisons.get(text);
  if (parsed === undefined) {
    parsed = parseComparison(text, "constraint");
    parsedComparisons.set(text, parsed);
  }
  return parsed;
}

/** @throws INVALID_SPACE */
export function parseConstraint(record: unknown, parameters: readonly SearchParameter[]): Constraint {
  const keys = typeof record === "object" && record !== null ? Object.keys(record) : [];
  const [key] = keys;
  if (keys.length !== 1 || (key !== "forbid" && key !== "require")) {
    throw invalidSpace(`constraint: expected \`forbid\` or \`require\`, got ${JSON.stringify(record)}.`, {
      hint: 'For example { require: "training.batchSize * training.accumulationSteps <= 1024" }.',
    });
  }
  if (key === "forbid") {
    const { forbid } = record as { forbid: unknown };
    return {
      forbid: parseCondition(forbid, { declared: parameters, later: [], where: "constraint: `forbid`" }),
    };
  }
  const { require: text } = record as { require: unknown };
  if (typeof text !== "string") {
    throw invalidSpace(`constraint: \`require\` must be a comparison as text, got ${JSON.stringify(text)}.`);
  }
  const names = parameters.map(({ name }) => name);
  for (const name of comparisonOf(text).names) {
    if (names.includes(name)) continue;
    throw invalidSpace(`constraint \`${text}\`: unknown parameter \`${name}\`; ${suggestName(name, names)}`, {
      hint: "A constraint names parameters of the search.",
    });
  }
  return { require: text };
}

/** @param configuration the active parameters */
export function isKept(constraint: Constraint, configuration: Readonly<Record<string, Json>>): boolean {
  if ("forbid" in constraint) return !holds(constraint.forbid, configuration);
  const { names, holds: compare } = comparisonOf(constraint.require);
  if (!names.every((name) => typeof configuration[name] === "number")) return true;
  return compare((name) => configuration[name] as number);
}

export function constraintText(constraint: Constraint): string {
  return "forbid" in constraint ? `forbid ${JSON.stringify(constraint.forbid)}` : constraint.require;
}
