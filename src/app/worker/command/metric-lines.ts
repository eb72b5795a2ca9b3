/**
 * Metrics in what a program prints: a line that is a JSON object is a report of its numbers, under their names as they come. Of
 * nested objects the names are joined by dots, as W&B does. Every other line is only log.
 *
 * `step` says which step it is; a program that counts from 0 is counted from 1. Without it a metric's reports are counted, each
 * metric by itself: their positions are what W&B's early stopping goes by.
 */
import { StringDecoder } from "node:string_decoder";

export interface Reported {
  readonly metric: string;
  /** From 1. */
  readonly step: number;
  readonly value: number;
}

/** A line that is longer is no report, whatever it begins with. */
const longestLine = 1_000_000;

/** Names of nested metrics go no deeper. */
const deepest = 5;

const stepKeys: readonly string[] = ["step", "_step"];

/** Names that tell of W&B's clock and not of the training. */
const leftOut: readonly string[] = [...stepKeys, "_runtime", "_timestamp"];

export class MetricLines {
  readonly #decoder = new StringDecoder("utf8");
  #rest = "";
  #isTooLong = false;
  /** What is added to the program's steps; undefined before the first. */
  #offset: number | undefined;
  readonly #lastSteps = new Map<string, number>();

  /** Names that have been reported. */
  get metrics(): readonly string[] {
    return [...this.#lastSteps.keys()];
  }

  /** The reports in a piece of output that are complete by now. */
  push(chunk: Buffer): Reported[] {
    return this.#take(this.#decoder.write(chunk));
  }

  /** The report in a last line that has no end. */
  end(): Reported[] {
    return this.#take(`${this.#decoder.end()}\n`);
  }

  #take(text: string): Reported[] {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop()!;
    const reports = lines.flatMap((line) => {
      if (!this.#isTooLong) return this.#read(line);
      this.#isTooLong = false;
      return [];
    });
    if (this.#rest.length > longestLine) {
      this.#rest = "";
      this.#isTooLong = true;
    }
    return reports;
  }

  #read(line: string): Reported[] {
    const object = parseObject(line);
    if (object === undefined) return [];
    const given = stepKeys.map((key) => object[key]).find((value) => typeof value === "number");
    const step = given === undefined ? undefined : this.#ownStep(given);
    return numbersOf(object).flatMap(([metric, value]) => {
      const last = this.#lastSteps.get(metric) ?? 0;
      const at = step ?? last + 1;
      // W&B takes no report of a step that has passed either.
      if (at < last) return [];
      this.#lastSteps.set(metric, at);
      return [{ metric, step: at, value }];
    });
  }

  #ownStep(given: number): number | undefined {
    const whole = Math.floor(given);
    if (!Number.isSafeInteger(whole)) return undefined;
    this.#offset ??= whole <= 0 ? 1 - whole : 0;
    return Math.max(1, whole + this.#offset);
  }
}

function parseObject(line: string): Readonly<Record<string, unknown>> | undefined {
  // A progress bar writes over its line.
  const text = line.slice(line.trimEnd().lastIndexOf("\r") + 1).trim();
  if (!text.startsWith("{") || !text.endsWith("}")) return undefined;
  const value = parseJson(text) ?? parseJson(withTextNumbers(text));
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? (value as Readonly<Record<string, unknown>>) : undefined;
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

/** Python's `json` writes NaN and Infinity bare. What stands in quotes is left as it is. */
function withTextNumbers(text: string): string {
  return text.replaceAll(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (token) =>
    token.startsWith('"') ? token : `"\\u0000${token}"`,
  );
}

function numbersOf(object: Readonly<Record<string, unknown>>, prefix = "", depth = 1): [string, number][] {
  return Object.entries(object).flatMap(([key, value]): [string, number][] => {
    if (key === "" || (depth === 1 && leftOut.includes(key))) return [];
    const name = prefix + key;
    if (typeof value === "number") return [[name, value]];
    if (typeof value === "string" && Object.hasOwn(namedNumbers, value))
      return [[name, namedNumbers[value]!]];
    if (typeof value !== "object" || value === null || Array.isArray(value) || depth === deepest) return [];
    return numbersOf(value as Readonly<Record<string, unknown>>, `${name}.`, depth + 1);
  });
}
