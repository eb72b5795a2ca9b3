/**
 * Metrics in a file that the program writes, read while it grows: lines of JSON, or a table whose first line names its columns,
 * separated by commas, semicolons or tabs.
 *
 * The file belongs to one attempt: what an earlier one wrote is in the store already and is taken away. It is looked at again and
 * again rather than watched: notifications are lost on network file systems.
 */
import { constants } from "node:fs";
import { mkdir, open, rm, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";

import { LineSplitter, visible } from "./line-splitter.ts";
import type { MetricSource, MetricWayOptions } from "./metric-way.ts";
import { parseNumber, parseReport, reportOf, type Report, type ReportNames } from "./report.ts";

const pollMs = 250;
const chunkBytes = 65_536;

export async function metricsFile(options: MetricWayOptions): Promise<MetricSource> {
  const { file, folder } = options;
  if (dirname(file) !== folder) await mkdir(dirname(file), { recursive: true });
  await rm(file, { force: true });
  const tail = new FileTail(options);
  const timer = setInterval(() => void tail.read(), pollMs);
  return {
    env: { TUNESMITH_METRICS_FILE: file },
    end: async () => {
      clearInterval(timer);
      await tail.end();
    },
  };
}

class FileTail {
  readonly #options: MetricWayOptions;
  #rows: FileRows;
  #lines = new LineSplitter();
  #position = 0;
  #identity: string | undefined;
  #reading: Promise<void> = Promise.resolve();
  #isReading = false;

  constructor(options: MetricWayOptions) {
    this.#options = options;
    this.#rows = new FileRows(options.settings);
  }

  /** What has come since the last time. One read at a time. */
  async read(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    this.#reading = this.#readNew().finally(() => (this.#isReading = false));
    await this.#reading;
  }

  async end(): Promise<void> {
    await this.#reading;
    await this.read();
    this.#takeLines(this.#lines.end());
  }

  async #readNew(): Promise<void> {
    const handle = await openRegular(this.#options.file);
    if (handle === undefined) return;
    try {
      const { size, dev, ino } = await handle.stat();
      const identity = `${dev}:${ino}`;
      // Written anew from its beginning.
      if (size < this.#position || (this.#identity ?? identity) !== identity) this.#startAgain();
      this.#identity = identity;
      const buffer = Buffer.alloc(chunkBytes);
      while (this.#position < size) {
        const { bytesRead } = await handle.read(buffer, 0, chunkBytes, this.#position);
        if (bytesRead === 0) break;
        this.#position += bytesRead;
        this.#takeLines(this.#lines.push(buffer.subarray(0, bytesRead)));
        await this.#options.room();
      }
    } catch (error) {
      this.#options.fail(`its metrics file cannot be read: ${(error as Error).message}.`);
    } finally {
      await handle.close();
    }
  }

  #startAgain(): void {
    this.#position = 0;
    this.#lines = new LineSplitter();
    this.#rows = new FileRows(this.#options.settings);
  }

  #takeLines(lines: readonly string[]): void {
    for (const line of lines) {
      const report = this.#rows.read(visible(line));
      if (report !== undefined) this.#options.take(report);
    }
  }
}

/** Undefined while there is no file. A link or a pipe is none: reading it could lead anywhere, or take for ever. */
async function openRegular(path: string): Promise<FileHandle | undefined> {
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const handle = await open(path, flags).catch(() => undefined);
  if (handle === undefined) return undefined;
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  return undefined;
}

/** The rows of a file, whose first one says of what kind it is. */
class FileRows {
  readonly #names: ReportNames;
  /** Undefined before the first row, null of a file of JSON. */
  #columns: { readonly names: readonly string[]; readonly separator: string } | null | undefined;

  constructor(names: ReportNames) {
    this.#names = names;
  }

  read(row: string): Report | undefined {
    if (row === "") return undefined;
    if (this.#columns === undefined) {
      this.#columns = row.startsWith("{") ? null : headerOf(row);
      if (this.#columns !== null) return undefined;
    }
    if (this.#columns === null) return parseReport(row, this.#names);
    const { names, separator } = this.#columns;
    const numbers = cellsOf(row, separator).flatMap((cell, index): [string, number][] => {
      const [name, number] = [names[index], parseNumber(cell)];
      return name === undefined || number === undefined ? [] : [[name, number]];
    });
    return reportOf(Object.fromEntries(numbers), this.#names);
  }
}

function headerOf(row: string): { readonly names: readonly string[]; readonly separator: string } {
  const separator = ["\t", ";"].find((candidate) => row.includes(candidate)) ?? ",";
  return { names: cellsOf(row, separator), separator };
}

/** Cells may stand in double quotes, in which two of them are one. */
function cellsOf(row: string, separator: string): string[] {
  const cells: string[] = [];
  let cell = "";
  let isQuoted = false;
  for (let at = 0; at < row.length; at++) {
    const letter = row[at]!;
    if (letter === '"') {
      if (isQuoted && row[at + 1] === '"') {
        cell += letter;
        at += 1;
      } else isQuoted = !isQuoted;
    } else if (letter === separator && !isQuoted) {
      cells.push(cell.trim());
      cell = "";
    } else cell += letter;
  }
  return [...cells, cell.trim()];
}
