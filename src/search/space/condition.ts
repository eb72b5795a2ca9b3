/** Which values of other parameters a condition asks for: `{ "training.optimizer": ["sgd", "rmsprop"] }`. */
import { canonicalJson, suggestName, type Json } from "../../base/index.ts";
import { invalidSpace } from "./invalid-space.ts";
import { contains, type Distribution } from "./registry.ts";

/** One of some values, or a number from `min` to `max`, both included. */
export type Allowed = readonly Json[] | { readonly min?: number; readonly max?: number };

/** Holds when every named parameter is active and has an allowed value. */
export interface Condition {
  readonly [parameter: string]: Allowed;
}

interface Declared {
  readonly name: string;
  readonly distribution: Distribution;
}

/**
 * @param declared the parameters that it may name.
 * @param where begins every message.
 * @throws INVALID_SPACE for an unknown or later parameter, and for values that it never takes
 */
export function parseCondition(
  record: unknown,
  {
    declared,
    later,
    where,
  }: { readonly declared: readonly Declared[]; readonly later: readonly string[]; readonly where: string },
): Condition {
  if (
    typeof record !== "object" ||
    record === null ||
    Array.isArray(record) ||
    Object.keys(record).length === 0
  ) {
    throw invalidSpace(`${where} must name parameters and their values, got ${JSON.stringify(record)}.`, {
      hint: 'For example when: { training.optimizer: ["sgd"] }.',
    });
  }
  const entries = Object.entries(record as Readonly<Record<string, Json>>).map(([name, written]) => {
    const parameter = declared.find((one) => one.name === name);
    if (parameter === undefined) throw unknownParameter(name, { declared, later, where });
    return [name, parseAllowed(written, parameter, `${where}: \`${name}\``)] as const;
  });
  return Object.fromEntries(entries);
}

function unknownParameter(
  name: string,
  { declared, later, where }: { declared: readonly Declared[]; later: readonly string[]; where: string },
): Error {
  if (later.includes(name)) {
    return invalidSpace(
      `${where}: a condition may name earlier parameters only, got \`${name}\`, which comes later or is itself.`,
      {
        hint: `Declare \`${name}\` before.`,
        facts: { parameter: name },
      },
    );
  }
  const names = declared.map((one) => one.name);
  const suggestion = names.length === 0 ? "there is none before it." : suggestName(name, names);
  return invalidSpace(`${where}: unknown parameter \`${name}\`; ${suggestion}`, {
    facts: { parameter: name, allowed: names },
  });
}

function parseAllowed(written: Json, { distribution }: Declared, where: string): Allowed {
  const isObject = typeof written === "object" && written !== null && !Array.isArray(written);
  if (isObject && Object.keys(written).every((key) => key === "min" || key === "max")) {
    return parseRange(written as Readonly<Record<string, Json>>, where);
  }
  const values: readonly Json[] = Array.isArray(written) ? written : [written];
  if (values.length === 0) throw invalidSpace(`${where} must list at least one value, got none.`);
  const never = values.find((value) => !contains(distribution, value));
  if (never !== undefined) {
    throw invalidSpace(`${where}: the parameter never has the value ${JSON.stringify(never)}.`, {
      hint: "Name one of its values, or a range by `min` and `max`.",
    });
  }
  return values;
}

function parseRange(written: Readonly<Record<string, Json>>, where: string): Allowed {
  const { min, max } = written;
  for (const [key, value] of Object.entries({ min, max })) {
    if (value === undefined || (typeof value === "number" && Number.isFinite(value))) continue;
    throw invalidSpace(`${where}: \`${key}\` must be a number, got ${JSON.stringify(value)}.`);
  }
  if (min === undefined && max === undefined)
    throw invalidSpace(`${where} must give \`min\` or \`max\`, got neither.`);
  if (min !== undefined && max !== undefined && min! > max!) {
    throw invalidSpace(
      `${where}: \`min\` must be at most \`max\`, got min ${String(min)} and max ${String(max)}.`,
    );
  }
  return written;
}

/** @param configuration the active parameters */
export function holds(condition: Condition, configuration: Readonly<Record<string, Json>>): boolean {
  return Object.entries(condition).every(
    ([name, allowed]) => Object.hasOwn(configuration, name) && isAllowed(allowed, configuration[name]!),
  );
}

function isAllowed(allowed: Allowed, value: Json): boolean {
  if (!Array.isArray(allowed)) {
    const { min = -Infinity, max = Infinity } = allowed as { min?: number; max?: number };
    return typeof value === "number" && value >= min && value <= max;
  }
  const values = allowed as readonly Json[];
  if (typeof value !== "object" || value === null) return values.includes(value);
  const text = canonicalJson(value);
  return values.some((one) => canonicalJson(one) === text);
}
