import { suggestName } from "../../base/index.ts";
import { parseExpression, type Expression } from "./expression.ts";
import { invalidSpace } from "./invalid-space.ts";

/** A value of the document that follows from others: `training.schedule.warmupEpochs` from `training.epochs / 10`. */
export interface DerivedValue {
  /** The dotted path that it sets. */
  readonly name: string;
  /** An expression over paths of the document with the parameters set. */
  readonly value: string;
}

const parsedExpressions = new Map<string, Expression>();

export function expressionOf({ name, value }: DerivedValue): Expression {
  let parsed = parsedExpressions.get(value);
  if (parsed === undefined) {
    parsed = parseExpression(value, `derived value \`${name}\``);
    parsedExpressions.set(value, parsed);
  }
  return parsed;
}

/** @throws INVALID_SPACE */
export function parseDerived(record: unknown): DerivedValue {
  const { name, value, ...rest } = (record ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof name !== "string" || name === "" || name.split(".").includes("")) {
    throw invalidSpace(`derived value: \`name\` must be a dotted path, got ${JSON.stringify(name)}.`);
  }
  const [stray] = Object.keys(rest);
  if (stray !== undefined) {
    throw invalidSpace(
      `derived value \`${name}\`: unknown key \`${stray}\`; ${suggestName(stray, ["name", "value"])}`,
    );
  }
  if (typeof value !== "string") {
    throw invalidSpace(
      `derived value \`${name}\`: expected an expression as text, got ${JSON.stringify(value)}.`,
      {
        hint: 'For example "training.epochs / 10".',
      },
    );
  }
  const derived = { name, value };
  if (expressionOf(derived).names.includes(name)) {
    throw invalidSpace(`derived value \`${name}\`: it may not follow from itself, got \`${value}\`.`);
  }
  return derived;
}
