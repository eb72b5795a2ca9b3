/**
 * Metrics found by regular expressions in the lines of both streams.
 *
 * A pattern of a study's author can take time without end on a line that nearly matches. It is bounded twice: of a line only the
 * beginning is looked at, and matching runs under V8's own timer, which breaks off a match wherever it is. A pattern that is
 * broken off ends the trial, because its values would be missing.
 */
import { createContext, Script } from "node:vm";

import { internalError } from "../../../../base/index.ts";
import { parseMetricPattern, type MetricPattern } from "../../../spec/index.ts";
import { LineSplitter, visible } from "./line-splitter.ts";
import type { MetricSource, MetricWayOptions } from "./metric-way.ts";
import { parseNumber, type Report } from "./report.ts";

/** No line that tells a metric is longer. */
const seenCharacters = 4096;

/** For all lines of one piece of output. Far more than any sane pattern takes, far less than a worker's lease. */
const matchLimitMs = 2000;

interface NamedPattern extends MetricPattern {
  readonly metric: string;
}

export async function patterns({
  settings,
  take,
  fail,
}: MetricWayOptions): Promise<MetricSource | undefined> {
  const named = Object.entries(settings.patterns ?? {}).map(([metric, text]): NamedPattern => {
    const parsed = parseMetricPattern(text);
    if ("problem" in parsed) throw internalError(`pattern of \`${metric}\`: ${parsed.problem}`);
    return { metric, ...parsed };
  });
  if (named.length === 0) return undefined;
  const matcher = new Matcher(named, fail);
  const splitters = { stdout: new LineSplitter(), stderr: new LineSplitter() };
  const read = (lines: readonly string[]) => matcher.reportsIn(lines).forEach(take);
  return {
    env: {},
    onOutput: (chunk, stream) => read(splitters[stream].push(chunk)),
    end: async () => {
      for (const splitter of Object.values(splitters)) read(splitter.end());
    },
  };
}

class Matcher {
  readonly #patterns: readonly NamedPattern[];
  readonly #fail: (message: string) => void;
  readonly #script = new Script("match()");
  readonly #context = createContext({ match: () => this.#match() });
  #lines: readonly string[] = [];
  #reports: Report[] = [];
  /** What is being matched. */
  #at: { readonly metric: string; readonly length: number } | undefined;
  #isBroken = false;

  constructor(named: readonly NamedPattern[], fail: (message: string) => void) {
    this.#patterns = named;
    this.#fail = fail;
  }

  reportsIn(lines: readonly string[]): readonly Report[] {
    if (this.#isBroken || lines.length === 0) return [];
    this.#lines = lines;
    this.#reports = [];
    try {
      this.#script.runInContext(this.#context, { timeout: matchLimitMs });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
      this.#isBroken = true;
      const { metric, length } = this.#at!;
      this.#fail(
        `the pattern of \`${metric}\` must match within ${matchLimitMs / 1000} s, got one that was not done with a line of ${length} characters.`,
      );
    }
    return this.#reports;
  }

  #match(): void {
    for (const line of this.#lines) {
      const text = visible(line).slice(0, seenCharacters);
      for (const { metric, expression, value, hasStep } of this.#patterns) {
        this.#at = { metric, length: text.length };
        const match = expression.exec(text);
        if (match === null) continue;
        const found = value === "value" ? match.groups?.["value"] : match[value];
        const number = found === undefined ? undefined : parseNumber(found);
        if (number === undefined) continue;
        const step = hasStep ? parseNumber(match.groups?.["step"] ?? "") : undefined;
        this.#reports.push({ values: [[metric, number]], step });
      }
    }
  }
}
