/**
 * A way by which metrics come from a program: a file beside this one, and a line in `metric-ways.ts`. All ways end in `take`, so
 * that the same rules of steps, names and rulings hold for each.
 */
import type { CommandSettings } from "../../../spec/index.ts";
import type { Report } from "./report.ts";

export interface MetricWayOptions {
  readonly settings: NonNullable<CommandSettings["metrics"]>;
  /** Absolute path of the trial's folder. */
  readonly folder: string;
  /** Absolute path of the file that the program may write its metrics to. */
  readonly file: string;
  /** Known to this process and to the program alone. */
  readonly token: string;
  readonly take: (report: Report) => void;
  /** Resolves when there is room for more reports. */
  readonly room: () => Promise<void>;
  /** Resolves when what was taken so far is ruled on: why the program is to end, null while it is to go on. */
  readonly ruling: () => Promise<string | null>;
  /** The trial cannot go on, for this reason. */
  readonly fail: (message: string) => void;
}

export interface MetricSource {
  /** What the program finds in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** A piece of what the program prints. */
  onOutput?(chunk: Buffer, stream: "stdout" | "stderr"): void;
  /** The program has ended, or never ran: takes what is left and lets go of everything. */
  end(): Promise<void>;
}

/** Undefined where the study does not use the way. */
export type MetricWay = (options: MetricWayOptions) => Promise<MetricSource | undefined>;
