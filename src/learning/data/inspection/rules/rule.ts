import type { Task } from "../../task.ts";
import type { ClassBalance } from "../class-balance.ts";
import type { ColumnSummary } from "../column-summary.ts";
import type { DataFinding } from "../data-finding.ts";
import type { DuplicateReport } from "../duplicate-report.ts";
import type { LeakSuspect } from "../leak-suspects.ts";
import type { FeatureSummary } from "../value-statistics.ts";

export interface ClassCounts {
  readonly name: string;
  readonly train: number;
  readonly validation: number;
}

/** What rules look at: measured already, of the training split where nothing else is said. */
export interface InspectedData {
  readonly task: Task;
  /** How many examples each split has. Of the test split, which is locked, nothing else is known. */
  readonly counts: { readonly train: number; readonly validation: number; readonly test: number | null };
  /** Null for regression. */
  readonly classes: readonly ClassCounts[] | null;
  readonly balance: ClassBalance | null;
  /** Before any scaling; bytes divided by 255. */
  readonly features: FeatureSummary;
  /** Values of one example. */
  readonly valueCount: number;
  readonly isBytes: boolean;
  readonly isImage: boolean;
  /** Of a table. */
  readonly columns: readonly ColumnSummary[] | null;
  readonly leakSuspects: readonly LeakSuspect[];
  /** How values are scaled. */
  readonly scaling: string;
  /** What stands in for missing values, where the document says so. */
  readonly filling: string | undefined;
  /** Null when nobody looked for them. */
  readonly duplicates: DuplicateReport | null;
}

/** **Purity.** A rule computes nothing but its findings. **Silence.** A rule without a finding says nothing. */
export type DataRule = (data: InspectedData) => readonly Omit<DataFinding, "code">[];

/** Names in a sentence; more are only counted. */
const mostNames = 5;

export const namesText = (names: readonly string[]): string =>
  names
    .slice(0, mostNames)
    .map((name) => `\`${name}\``)
    .join(", ") + (names.length > mostNames ? ` and ${names.length - mostNames} more` : "");

/** The columns for which something holds. */
export const columnsWith = (
  { columns }: Pick<InspectedData, "columns">,
  holds: (column: ColumnSummary) => boolean,
): readonly string[] => (columns ?? []).filter(holds).map(({ name }) => name);

/** As people read a number in a sentence. */
export const round = (value: number): string =>
  String(Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(3)));
