import { formatDuration } from "../output/duration.ts";
import { formatNumber } from "../output/number.ts";
import { sparkline } from "../output/sparkline.ts";
import { fitText, textWidth, type Style } from "../output/style.ts";
import { remainingMs, shareDone, type BoardState, type WorkerState } from "./board-state.ts";

export interface BoardView {
  readonly style: Style;
  /** Size of the terminal. */
  readonly columns: number;
  readonly rows: number;
  readonly now: number;
}

const barWidth = 24;

/** The board as lines, none wider than the terminal and no more than its rows. */
export function renderBoard(state: BoardState, view: BoardView): string[] {
  const { columns, rows } = view;
  if (state.study === "") return [fitText(view.style.faint(`${state.status} …`), columns)];
  const workers = [...state.workers].toSorted(([a], [b]) => a - b);
  const room = Math.max(1, rows - 3);
  const shown = workers.length > room ? workers.slice(0, room - 1) : workers;
  const lines = [headLine(state, view), ...workerLines(shown, state, view)];
  if (shown.length < workers.length) {
    lines.push(view.style.faint(`  … ${workers.length - shown.length} more workers`));
  }
  return lines.map((line) => fitText(line, columns));
}

function headLine(state: BoardState, view: BoardView): string {
  const { style, now } = view;
  const running = [...state.workers.values()].filter((worker) => worker !== null);
  const done = state.finished + running.reduce((sum, worker) => sum + shareDone(worker), 0);
  const share = state.total === 0 ? 0 : Math.min(1, done / state.total);
  const eta = remainingMs(state, now);
  const { best, objective } = state;
  const parts = [
    style.strong(state.study),
    bar(share, style),
    `${state.finished}/${state.total} trials`,
    ...(state.failed > 0 ? [style.bad(`${state.failed} failed`)] : []),
    ...(state.stopped > 0 ? [`${state.stopped} stopped`] : []),
    ...(state.paused > 0 ? [`${state.paused} paused`] : []),
    ...(state.status === "" ? [] : [style.accent(state.status)]),
    ...(eta === undefined || state.finished === state.total
      ? []
      : [`ETA ${formatDuration(Math.ceil(eta / 1000) * 1000)}`]),
    ...(best === undefined
      ? []
      : [
          `best #${best.number} ${style.good(formatNumber(best.value))} ${style.faint(objective?.metric ?? "")}`,
        ]),
  ];
  return parts.join("  ");
}

function bar(share: number, style: Style): string {
  const full = Math.round(share * barWidth);
  return style.accent("━".repeat(full)) + style.faint("─".repeat(barWidth - full));
}

/** How a worker's line may look, the most telling first; a narrow terminal gets a later one. */
const lineForms = [
  { hasMetricName: true, sparklineWidth: 24 },
  { hasMetricName: false, sparklineWidth: 24 },
  { hasMetricName: false, sparklineWidth: 10 },
  { hasMetricName: false, sparklineWidth: 0 },
] as const;

type LineForm = (typeof lineForms)[number];

function workerLines(
  workers: readonly (readonly [number, WorkerState | null])[],
  state: BoardState,
  view: BoardView,
): string[] {
  const variants = lineForms.map((form) => linesOf(workers, { state, view, form }));
  return variants.find((lines) => lines.every((line) => textWidth(line) <= view.columns)) ?? variants.at(-1)!;
}

/** Columns are as wide as their widest cell, so that values stand under each other. */
function linesOf(
  workers: readonly (readonly [number, WorkerState | null])[],
  { state, view: { style }, form }: { state: BoardState; view: BoardView; form: LineForm },
): string[] {
  const active = workers.flatMap(([, worker]) => (worker === null ? [] : [worker]));
  const widest = (text: (worker: WorkerState) => string) =>
    Math.max(0, ...active.map((worker) => textWidth(text(worker))));
  const trialWidth = widest(({ trial }) => `#${trial}`);
  const parametersWidth = widest(({ parameters }) => parameters);
  const epochWidth = widest(epochText);
  const slotWidth = String(workers.length).length;
  const metricName = form.hasMetricName ? `${state.objective?.metric ?? ""} ` : "";
  return workers.map(([slot, worker]) => {
    const label = style.faint(`  worker ${String(slot + 1).padStart(slotWidth)}`);
    if (worker === null) return `${label}  ${style.faint("idle")}`;
    const { trial, parameters, curve } = worker;
    const value = curve.findLast((point) => point !== null) ?? null;
    return [
      label,
      `#${trial}`.padStart(trialWidth),
      parameters + " ".repeat(parametersWidth - textWidth(parameters)),
      `epoch ${epochText(worker).padStart(epochWidth)}`,
      value === null ? "" : metricName + formatNumber(value).padEnd(6),
      style.accent(sparkline(curve, form.sparklineWidth)),
    ]
      .join("  ")
      .trimEnd();
  });
}

/** How many there will be is not known of a program. */
function epochText({ epoch, epochs }: WorkerState): string {
  return epochs === 0 ? String(epoch) : `${epoch}/${epochs}`;
}
