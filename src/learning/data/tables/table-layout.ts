/** Which column of a file is what, from its first line and the document's settings. */
import { suggestName, TunesmithError } from "../../../base/index.ts";
import { targetsOf, type TableSettings } from "./table-settings.ts";

/** Indices of columns in the file. */
export interface TableLayout {
  /** How many cells every row has. */
  readonly width: number;
  readonly names: readonly string[];
  readonly features: readonly number[];
  readonly targets: readonly number[];
  readonly group: number | null;
}

export interface FirstLine {
  readonly path: string;
  readonly cells: readonly string[];
  /** From 1. */
  readonly line: number;
}

/** Names by position where there is no header, and for the blank ones of a header. */
export function columnNames(first: FirstLine, hasHeader: boolean): string[] {
  const { cells, path, line } = first;
  const names = cells.map((cell, index) => (hasHeader && cell.trim()) || `column${index + 1}`);
  const seen = new Map<string, number>();
  names.forEach((name, index) => {
    const earlier = seen.get(name);
    if (earlier !== undefined) {
      throw new TunesmithError("INVALID_DATA", {
        message: `table \`${path}\`, line ${line}: every column must have a name of its own, got \`${name}\` for columns ${earlier + 1} and ${index + 1}.`,
        hint: "Rename one of them; of a file without a header say `header: false`.",
        facts: { path, line, column: name },
      });
    }
    seen.set(name, index);
  });
  return names;
}

/** @throws INVALID_DOCUMENT when settings name columns that are not there or contradict each other */
export function layOut(names: readonly string[], first: FirstLine, settings: TableSettings): TableLayout {
  const targets = targetsOf(settings);
  const { columns, ignore = [], categorical = [], group } = settings;
  const checked: Record<string, readonly string[]> = {
    target: targets,
    columns: columns ?? [],
    ignore,
    categorical,
    group: group === undefined ? [] : [group],
  };
  const known = new Set(names);
  for (const [option, wanted] of Object.entries(checked)) {
    for (const name of wanted) {
      if (!known.has(name)) throw unknownColumn(name, { option, names, first, settings });
    }
  }
  const refuse = (rule: string, hint: string): TunesmithError =>
    new TunesmithError("INVALID_DOCUMENT", { message: `table \`${first.path}\`: ${rule}.`, hint });
  const twice = targets.find((name, index) => targets.indexOf(name) !== index);
  if (twice !== undefined) {
    throw refuse(`\`target\` must name each column once, got \`${twice}\` twice`, "Name it once.");
  }
  for (const name of [...targets, ...(group === undefined ? [] : [group])]) {
    if (ignore.includes(name)) {
      throw refuse(`\`ignore\` must leave \`${name}\`, which has a use`, "Take it from `ignore`.");
    }
  }
  if (group !== undefined && targets.includes(group)) {
    throw refuse(
      `\`group\` must be another column than \`target\`, got \`${group}\` for both`,
      "Leave `group` out.",
    );
  }
  const others = new Set([...targets, ...ignore, ...(group === undefined ? [] : [group])]);
  const wanted = new Set(columns ?? names);
  const isFeature = (name: string) => wanted.has(name) && !others.has(name);
  const features = names.flatMap((name, index) => (isFeature(name) ? [index] : []));
  if (features.length === 0) {
    throw refuse(
      `a column to learn from must be left, got none beside \`${targets.join("`, `")}\``,
      alternativeDelimiter(first, settings) ?? "Name some by `columns`, or ignore fewer.",
    );
  }
  return {
    width: names.length,
    names,
    features,
    targets: targets.map((name) => names.indexOf(name)),
    group: group === undefined ? null : names.indexOf(group),
  };
}

/**
 * The same columns in another file, in whatever order they stand there.
 *
 * @throws INVALID_DATA when one is not there
 */
export function layOutAlike(
  names: readonly string[],
  first: FirstLine,
  wanted: { features: readonly string[]; targets: readonly string[] },
): TableLayout {
  const indices = new Map(names.map((name, index) => [name, index]));
  const indexOf = (name: string): number => {
    const index = indices.get(name);
    if (index !== undefined) return index;
    throw new TunesmithError("INVALID_DATA", {
      message: `table \`${first.path}\`: a test file must have the columns of the training file, got none of the name \`${name}\`.`,
      hint: `Add it: ${suggestName(name, names) || `the columns are ${listed(names)}.`}`,
      facts: { path: first.path, column: name, columns: names.slice(0, 100) },
    });
  };
  return {
    width: names.length,
    names,
    features: wanted.features.map(indexOf),
    targets: wanted.targets.map(indexOf),
    group: null,
  };
}

function unknownColumn(
  name: string,
  details: { option: string; names: readonly string[]; first: FirstLine; settings: TableSettings },
): TunesmithError {
  const { option, names, first, settings } = details;
  const isNumber = (cell: string) => cell.trim() !== "" && Number.isFinite(Number(cell));
  const hint =
    alternativeDelimiter(first, settings) ??
    (settings.header && first.cells.every(isNumber)
      ? "The first line holds numbers: say `header: false`, and columns are `column1`, `column2` and so on."
      : `The columns are ${listed(names)}.`);
  return new TunesmithError("INVALID_DOCUMENT", {
    message: `table \`${first.path}\`: \`${option}\` must name a column of the file, got \`${name}\`; ${suggestName(name, names) || `there are ${names.length} others.`}`,
    hint,
    facts: { path: first.path, option, name, columns: names.slice(0, 100) },
  });
}

/** What to say of a line that is one cell, but for another delimiter. */
function alternativeDelimiter({ cells }: FirstLine, { delimiter }: TableSettings): string | undefined {
  if (cells.length > 1) return undefined;
  const other = [";", "\t", ",", "|"].find((mark) => mark !== delimiter && cells[0]!.includes(mark));
  if (other === undefined) return undefined;
  return `The first line is one cell: say \`delimiter: ${JSON.stringify(other)}\`.`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 20).map((name) => `\`${name}\``);
  return shown.join(", ") + (names.length > 20 ? ` and ${names.length - 20} more` : "");
}
