/**
 * One column while it is read: floats that grow, of numbers the values, of names their indices in order of appearance.
 *
 * What a column holds is known at its last cell only, and the text of earlier ones is not kept. So a column that starts
 * with numbers and has text later on cannot be finished: `mustBeNames` then says that the file is to be read again.
 */
import { TunesmithError } from "../../../base/index.ts";
import type { RowBatch } from "./rows.ts";

/** Plain decimal notation. One way through it for every text, so no cell makes it slow. */
const decimal = /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*$/;
const notFinite = /^[+-]?(?:nan|inf|infinity)$/i;
const largest = 3.4028234663852886e38;
/** Indices are kept as floats, which are exact up to here. */
const mostNames = 2 ** 24;

export type ColumnContent = "numbers" | "names" | "either";

interface CellAt {
  readonly line: number;
  readonly text: string;
}

export interface TableColumnOptions {
  readonly name: string;
  /** `either`: numbers when every cell is one. */
  readonly content: ColumnContent;
  /** Texts that stand for a missing value. */
  readonly missing: ReadonlySet<string>;
  /** Of the file, for messages. */
  readonly path: string;
}

export class TableColumn {
  readonly name: string;
  content: ColumnContent;
  count = 0;
  missingCount = 0;
  firstMissingLine: number | null = null;
  /** The first cell that keeps the column from being numbers. */
  firstText: CellAt | null = null;
  readonly #options: TableColumnOptions;
  /** Of the texts for missing values few are numbers, but -999 is. */
  readonly #mayNumberBeMissing: boolean;
  #values = new Float32Array(1024);
  #numberCount = 0;
  #firstNotFinite: CellAt | null = null;
  readonly #codes = new Map<string, number>();
  readonly #firstLines: number[] = [];

  constructor(options: TableColumnOptions) {
    this.#options = options;
    this.name = options.name;
    this.content = options.content;
    this.#mayNumberBeMissing = [...options.missing].some((text) => decimal.test(text));
  }

  /** [count] */
  get values(): Float32Array {
    return this.#values.subarray(0, this.count);
  }

  /** In order of appearance. */
  get names(): string[] {
    return [...this.#codes.keys()];
  }

  /** The line in which a name stands first. */
  lineOf(name: string): number {
    return this.#firstLines[this.#codes.get(name)!]!;
  }

  get mustBeNames(): boolean {
    return this.content === "either" && this.firstText !== null;
  }

  /** @param index of the column in the rows */
  append({ rows, lines }: RowBatch, index: number): void {
    if (this.count + rows.length > this.#values.length) this.#grow(this.count + rows.length);
    for (let row = 0; row < rows.length; row++) {
      const cell = rows[row]![index]!;
      const value =
        this.content === "names" ? this.#code(cell, lines[row]!) : this.#number(cell, lines[row]!);
      this.#values[this.count++] = value;
    }
  }

  /** @throws INVALID_DATA when cells of a column of numbers are NaN or infinite */
  finish(): void {
    if (this.content !== "either" || this.firstText !== null) return;
    if (this.#firstNotFinite !== null) throw this.#notANumber(this.#firstNotFinite);
    this.content = "numbers";
  }

  #grow(needed: number): void {
    const values = new Float32Array(Math.max(needed, 2 * this.#values.length));
    values.set(this.#values.subarray(0, this.count));
    this.#values = values;
  }

  #number(cell: string, line: number): number {
    const value = Number(cell);
    if (value <= largest && value >= -largest && !this.#mayNumberBeMissing && startsAsDecimal(cell)) {
      this.#numberCount += 1;
      return value;
    }
    if (decimal.test(cell)) {
      if (value > largest || value < -largest) {
        if (!this.#isMissing(cell.trim(), line)) throw this.#notANumber({ line, text: cell.trim() });
        return Number.NaN;
      }
      if (this.#mayNumberBeMissing && this.#isMissing(cell.trim(), line)) return Number.NaN;
      this.#numberCount += 1;
      return value;
    }
    const text = cell.trim();
    if (this.#isMissing(text, line)) return Number.NaN;
    return this.#notNumber({ line, text });
  }

  #notNumber(cell: CellAt): number {
    if (this.content === "numbers") throw this.#notANumber(cell);
    if (notFinite.test(cell.text)) this.#firstNotFinite ??= cell;
    else this.firstText ??= cell;
    if (this.#numberCount > 0 || this.#firstNotFinite !== null) return Number.NaN;
    this.content = "names";
    return this.#code(cell.text, cell.line);
  }

  #code(cell: string, line: number): number {
    const text = cell.trim();
    const known = this.#codes.get(text);
    if (known !== undefined) return known;
    if (this.#isMissing(text, line)) return Number.NaN;
    const code = this.#codes.size;
    if (code >= mostNames) {
      throw this.#invalid(
        `must hold at most ${mostNames} names, got more`,
        "Leave it out by `ignore`.",
        line,
      );
    }
    // A piece of a string keeps the whole of it: the copy is what lets the file's text go.
    this.#codes.set(Buffer.from(text).toString(), code);
    this.#firstLines.push(line);
    return code;
  }

  #isMissing(text: string, line: number): boolean {
    if (!this.#options.missing.has(text)) return false;
    this.missingCount += 1;
    this.firstMissingLine ??= line;
    return true;
  }

  #notANumber({ line, text }: CellAt): TunesmithError {
    return this.#invalid(
      `expected a finite decimal number${Number.isNaN(Number(text)) ? "" : " that fits 32 bits"}, got \`${shortened(text)}\``,
      "Correct the cell, or list its text among `missing`.",
      line,
    );
  }

  #invalid(rule: string, hint: string, line: number): TunesmithError {
    const { path, name } = this.#options;
    return new TunesmithError("INVALID_DATA", {
      message: `table \`${path}\`, line ${line}, column \`${name}\`: ${rule}.`,
      hint,
      facts: { path, line, column: name },
    });
  }
}

const [plus, nine] = ["+".charCodeAt(0), "9".charCodeAt(0)];

/**
 * Of texts that JavaScript takes for finite numbers: true for decimal ones that start with no space or zero, or with a zero before
 * a digit or point. Other decimal ones may be false; hexadecimal ones and the empty text are.
 */
function startsAsDecimal(text: string): boolean {
  const first = text.charCodeAt(0);
  return first >= plus && first <= nine && (first !== 48 || !(text.charCodeAt(1) > nine));
}

export const isDecimal = (text: string): boolean => decimal.test(text);

/** A cell as messages show it. */
export function shortened(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 60)}...`;
}
