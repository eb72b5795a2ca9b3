/** Openings of a study's test split as `--json`, tables and one-line mentions show them. */
import { wilsonInterval } from "../../../search/study/index.ts";
import type { TestOpeningRecord } from "../../../search/trial/index.ts";
import { formatNumber } from "../output/number.ts";
import { plainStyle, type Style } from "../output/style.ts";
import { renderTable } from "../output/table.ts";

export interface TestView {
  /** 1 for the first opening in the study's life: only its figures are no choice's basis. */
  readonly ordinal: number;
  readonly trial: number;
  readonly openedAt: number;
  readonly purpose: string;
  readonly contentHash: string;
  readonly examples: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** 95 % interval of the accuracy as a proportion of the test examples; null when there is none. */
  readonly interval: readonly [number, number] | null;
  readonly resultHash: string;
  readonly environment: Readonly<Record<string, string>>;
}

export function testView({ trialNumber, result, ...rest }: TestOpeningRecord): TestView {
  const accuracy = rest.metrics["test/accuracy"];
  return {
    ...rest,
    trial: trialNumber,
    interval: accuracy === undefined ? null : wilsonInterval(accuracy, rest.examples),
    resultHash: result.resultHash,
    environment: result.environment,
  };
}

export function renderTests(
  tests: readonly TestView[],
  options: { readonly style?: Style; readonly width?: number | undefined } = {},
): string {
  const style = options.style ?? plainStyle;
  const metrics = [...new Set(tests.flatMap((test) => Object.keys(test.metrics)))];
  const right = (title: string) => ({ title, align: "right" as const });
  const columns = [
    right("opening"),
    right("trial"),
    { title: "opened" },
    ...metrics.flatMap((name) => [right(name), ...(hasInterval(name) ? [{ title: "95 % interval" }] : [])]),
    right("examples"),
  ];
  const rows = tests.map((test) => [
    String(test.ordinal),
    `#${test.trial}`,
    new Date(test.openedAt).toISOString(),
    ...metrics.flatMap((name) => {
      const value = test.metrics[name];
      const cell = value === undefined ? "" : style.strong(formatNumber(value));
      return hasInterval(name) ? [cell, intervalText(test)] : [cell];
    }),
    String(test.examples),
  ]);
  return renderTable(columns, rows, options);
}

function hasInterval(metric: string): boolean {
  return metric === "test/accuracy";
}

function intervalText({ interval }: TestView): string {
  return interval === null ? "" : `${formatNumber(interval[0])} to ${formatNumber(interval[1])}`;
}

/** `#2 test/accuracy 0.81 (95 % interval 0.79 to 0.83), opened on 2026-11-20T10:00:00.000Z`; of several the first. */
export function describeTests([first, ...others]: readonly TestView[]): string {
  if (first === undefined) return "not opened";
  const when = `opened on ${new Date(first.openedAt).toISOString()}`;
  const again =
    others.length === 0 ? "" : `, and ${others.length} more ${others.length === 1 ? "time" : "times"}`;
  return `#${first.trial} ${headline(first)}, ${when}${again}`;
}

/** The accuracy with its interval, or the loss where there is no accuracy. */
function headline(test: TestView): string {
  const name = test.metrics["test/accuracy"] === undefined ? "test/loss" : "test/accuracy";
  const interval = test.interval === null ? "" : ` (95 % interval ${intervalText(test)})`;
  return `${name} ${formatNumber(test.metrics[name] ?? Number.NaN)}${interval}`;
}

/** `1st`, `2nd`, `3rd`, `4th`, `11th`, `21st` */
export function ordinalText(count: number): string {
  const isTeen = count % 100 >= 11 && count % 100 <= 13;
  return `${count}${isTeen ? "th" : (["th", "st", "nd", "rd"][count % 10] ?? "th")}`;
}

/** `on 2026-11-20T10:00:00.000Z for trial #2 with test/accuracy 0.81 (95 % interval 0.79 to 0.83)`: the first one. */
export function describeEarlier([first]: readonly [TestView, ...(readonly TestView[])]): string {
  return `on ${new Date(first.openedAt).toISOString()} for trial #${first.trial} with ${headline(first)}`;
}
