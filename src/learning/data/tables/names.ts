/** Names of categories and classes in an order that does not depend on which row came first. */
import { TunesmithError } from "../../../base/index.ts";
import { isDecimal, shortened, type TableColumn } from "./table-column.ts";

/** Labels are bytes. */
const mostClasses = 256;

/** Sorted by code point, which is the order of their UTF-8 bytes; JavaScript's own is that of UTF-16. */
export function sortedNames(names: readonly string[]): string[] {
  return names
    .map((name) => ({ name, bytes: Buffer.from(name) }))
    .toSorted((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({ name }) => name);
}

/** For each index in order of appearance the index that `valueOf` gives its name. */
export function recoded(column: TableColumn, valueOf: (name: string) => number): Float32Array {
  const codes = Float32Array.from(column.names, valueOf);
  return column.values.map((code) => (Number.isNaN(code) ? Number.NaN : codes[code]!));
}

/** A class as all of its spellings: `1`, `1.0` and `01` are one where all classes are numbers. */
function classNamer(names: readonly string[]): (name: string) => string {
  const areNumbers = names.every((name) => Number.isFinite(Number(name)));
  return areNumbers ? (name) => (name.trim() === "" ? name : String(Number(name))) : (name) => name;
}

/**
 * The classes of a target, sorted: numbers by value, other names by code point.
 *
 * @throws INVALID_DATA when there are too few or too many of them
 */
export function classesOf(column: TableColumn, path: string): string[] {
  const { names } = column;
  const nameOf = classNamer(names);
  const classes = sortedNames([...new Set(names.map(nameOf))]);
  if (classes.every(isDecimal)) classes.sort((a, b) => Number(a) - Number(b));
  const refuse = (rule: string, hint: string) =>
    new TunesmithError("INVALID_DATA", {
      message: `table \`${path}\`, target \`${column.name}\`: ${rule}.`,
      hint,
      facts: { path, column: column.name, classes: classes.length },
    });
  if (classes.length > mostClasses) {
    throw refuse(
      `there can be at most ${mostClasses} classes, got ${classes.length}, such as \`${shortened(classes[0]!)}\` and \`${shortened(classes[1]!)}\``,
      "For values to predict say `task: regression`: then every cell must be a number; else name another target.",
    );
  }
  if (classes.length < 2) {
    const only = classes[0] === undefined ? "none" : `\`${shortened(classes[0])}\` alone`;
    throw refuse(
      `there must be two classes at least, got ${only}`,
      "Name another target, or add examples of another class.",
    );
  }
  return classes;
}

/**
 * [count], for each example the index of its class.
 *
 * @throws INVALID_DATA for a class that is not among `classes`
 */
export function classIndices(column: TableColumn, classes: readonly string[], path: string): Uint8Array {
  const indices = new Map(classes.map((name, index) => [name, index]));
  const nameOf = classNamer(classes);
  const values = recoded(column, (name) => {
    const index = indices.get(nameOf(name));
    if (index !== undefined) return index;
    const line = column.lineOf(name);
    throw new TunesmithError("INVALID_DATA", {
      message: `table \`${path}\`, line ${line}, target \`${column.name}\`: expected one of the ${classes.length} classes of the training file, got \`${shortened(name)}\`.`,
      hint: "Correct the cell, or leave examples of other classes out.",
      facts: { path, line, column: column.name, received: name },
    });
  });
  return Uint8Array.from(values);
}
