/** What a program says of itself at one time, however it comes: numbers by metric. */
export interface Report {
  /** Names as the program calls them. */
  readonly values: readonly (readonly [metric: string, value: number])[];
  /** The program's own count, where it gives one. */
  readonly step: number | undefined;
}

export interface ReportNames {
  /** The name of the number that is the step; `step` or `_step` where the study does not say. */
  readonly step?: string | undefined;
}

/** Names of nested metrics go no deeper. */
const deepest = 5;

const stepNames: readonly string[] = ["step", "_step"];

/** Names that tell of W&B's clock and not of the training. */
const clockNames: readonly string[] = ["_runtime", "_timestamp"];

/**
 * The report in a text that is a JSON object: its numbers, those of nested objects under names joined by dots, as W&B does.
 * Undefined for any other text.
 */
export function parseReport(text: string, names: ReportNames): Report | undefined {
  const value = parseLooseJson(text);
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? reportOf(value as Readonly<Record<string, unknown>>, names) : undefined;
}

/** JSON, and NaN and Infinity bare, as Python's `json` writes them. Undefined for what is neither. */
export function parseLooseJson(text: string): unknown {
  return parseJson(text) ?? parseJson(withTextNumbers(text));
}

export function reportOf(object: Readonly<Record<string, unknown>>, { step }: ReportNames): Report {
  const steps = step === undefined ? stepNames : [step];
  return {
    values: numbersOf(object, [...steps, ...clockNames]),
    step: steps.map((name) => object[name]).find((value) => typeof value === "number"),
  };
}

/** A number as programs print it; undefined for any other text. */
export function parseNumber(text: string): number | undefined {
  const plain = text.trim();
  const [, sign = "", name] = /^([+-]?)(nan|inf(?:inity)?)$/i.exec(plain) ?? [];
  if (name !== undefined) return /^nan$/i.test(name) ? NaN : sign === "-" ? -Infinity : Infinity;
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(plain) ? Number(plain) : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const namedNumbers: Readonly<Record<string, number>> = {
  "\u0000NaN": NaN,
  "\u0000Infinity": Infinity,
  "\u0000-Infinity": -Infinity,
};

/** What stands in quotes is left as it is. */
function withTextNumbers(text: string): string {
  return text.replaceAll(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (token) =>
    token.startsWith('"') ? token : `"\\u0000${token}"`,
  );
}

function numbersOf(
  object: Readonly<Record<string, unknown>>,
  leftOut: readonly string[],
  { prefix, depth }: { readonly prefix: string; readonly depth: number } = { prefix: "", depth: 1 },
): [string, number][] {
  return Object.entries(object).flatMap(([key, value]): [string, number][] => {
    if (key === "" || leftOut.includes(key)) return [];
    const name = prefix + key;
    if (typeof value === "number") return [[name, value]];
    if (typeof value === "string" && Object.hasOwn(namedNumbers, value))
      return [[name, namedNumbers[value]!]];
    if (typeof value !== "object" || value === null || Array.isArray(value) || depth === deepest) return [];
    const below = { prefix: `${name}.`, depth: depth + 1 };
    return numbersOf(value as Readonly<Record<string, unknown>>, [], below);
  });
}
