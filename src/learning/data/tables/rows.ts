/**
 * Rows of a text file of separated values, a piece at a time: quoting as in RFC 4180, UTF-8 with or without a byte order
 * mark, lines that end in LF, CRLF or CR. The text of a piece is gone before the next one is read.
 *
 * @see RFC 4180, "Common Format and MIME Type for Comma-Separated Values (CSV) Files"
 */
import { isUtf8 } from "node:buffer";
import { createReadStream } from "node:fs";

import Papa from "papaparse";

import { TunesmithError } from "../../../base/index.ts";
import type { OwnFile } from "../sources/own-file.ts";
import type { SourceOptions } from "../sources/source.ts";

const pieceSizeBytes = 1 << 20;
/** A row of this many characters is a quote that was never closed: without a bound the whole file would be one cell. */
const longestRow = 1 << 24;

/** Some rows in their order, blank lines left out. */
export interface RowBatch {
  readonly rows: readonly (readonly string[])[];
  /** [rows], the line of the file that each row starts in, from 1. */
  readonly lines: readonly number[];
}

export interface ReadRowsOptions extends Pick<SourceOptions, "signal" | "onReading"> {
  /** One character. */
  readonly delimiter: string;
  /** For the progress, for example `reading cars.csv`. */
  readonly what: string;
}

/** @throws INVALID_DATA when quotes do not match, or the bytes are not UTF-8 */
export async function* readRows(file: OwnFile, options: ReadRowsOptions): AsyncGenerator<RowBatch> {
  let parser: Papa.Parser | undefined;
  let newline = "\n";
  let rest = "";
  let line = 1;
  const batchOf = (text: string, isLast: boolean): RowBatch => {
    newline = parser === undefined && !text.includes("\n") && text.includes("\r") ? "\r" : newline;
    parser ??= new Papa.Parser({ delimiter: options.delimiter, newline: newline as "\n" });
    const { data, errors, meta } = parser.parse(text, 0, !isLast) as Papa.ParseResult<string[]>;
    rest = text.slice(meta.cursor);
    const batch = numbered(data, { firstLine: line, newline, mayBreakInside: text.includes('"') });
    line = batch.nextLine;
    // Of a row that goes on in the next piece, the parser cannot know yet.
    const failure = errors.find(({ row }) => isLast || row! < data.length);
    if (failure !== undefined) throw badQuote(file, batch.allLines[failure.row!] ?? line);
    if (rest.length > longestRow) throw badQuote(file, line);
    return batch;
  };
  for await (const text of texts(file, options)) yield batchOf(rest + text, false);
  if (rest !== "") yield batchOf(rest, true);
}

function numbered(
  data: string[][],
  options: { firstLine: number; newline: string; mayBreakInside: boolean },
): RowBatch & { nextLine: number; allLines: number[] } {
  let line = options.firstLine;
  const rows: string[][] = [];
  const lines: number[] = [];
  const allLines: number[] = [];
  for (const row of data) {
    allLines.push(line);
    if (row.length > 1 || row[0]!.trim() !== "") {
      rows.push(row);
      lines.push(line);
    }
    line += 1;
    if (options.mayBreakInside) for (const cell of row) line += cell.split(options.newline).length - 1;
  }
  return { rows, lines, nextLine: line, allLines };
}

async function* texts(file: OwnFile, { what, signal, onReading }: ReadRowsOptions): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let done = 0;
  onReading?.({ what, done, total: file.sizeBytes });
  for await (const piece of createReadStream(file.path, { highWaterMark: pieceSizeBytes })) {
    signal?.throwIfAborted();
    let text: string;
    try {
      text = decoder.decode(piece as Buffer, { stream: true });
    } catch (cause) {
      throw await notUtf8(file, cause);
    }
    done += (piece as Buffer).length;
    onReading?.({ what, done, total: file.sizeBytes });
    yield text;
  }
  try {
    decoder.decode();
  } catch (cause) {
    throw await notUtf8(file, cause);
  }
}

function badQuote({ path }: OwnFile, line: number): TunesmithError {
  return new TunesmithError("INVALID_DATA", {
    message: `table \`${path}\`, line ${line}: a quoted cell must end in a quote that the delimiter or the end of the line follows, got none.`,
    hint: 'Close the quote; a quote inside of a quoted cell is written twice: "".',
    facts: { path, line },
  });
}

/** Reads the file again for the line: that bytes are wrong is seen only where a piece ends. */
async function notUtf8({ path }: OwnFile, cause: unknown): Promise<TunesmithError> {
  let line = 1;
  let rest = Buffer.alloc(0);
  search: for await (const piece of createReadStream(path, { highWaterMark: pieceSizeBytes })) {
    const bytes = Buffer.concat([rest, piece as Buffer]);
    let start = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
      if (!isUtf8(bytes.subarray(start, end))) break search;
      start = end + 1;
      line += 1;
    }
    rest = bytes.subarray(start);
  }
  return new TunesmithError("INVALID_DATA", {
    message: `table \`${path}\`, line ${line}: expected text in UTF-8, got other bytes.`,
    hint: "Save the file as CSV in UTF-8; spreadsheets and compressed files must be exported first.",
    facts: { path, line },
    cause,
  });
}
