/** A line that is longer is let go, whatever it begins with. */
const longestBytes = 1_000_000;

const newline = 10;

/** Pieces of output put together to lines, with a bound on what is kept of one that does not end. */
export class LineSplitter {
  /** Of a line that is not complete. */
  #pieces: Buffer[] = [];
  #heldBytes = 0;
  #isTooLong = false;
  readonly #mark: number | undefined;
  #isMarked = false;

  /** @param mark a letter of ASCII without which a line is of no interest: gigabytes of such lines cost little */
  constructor(mark?: string) {
    this.#mark = mark?.charCodeAt(0);
  }

  /** The lines that are complete by now. */
  push(chunk: Buffer): string[] {
    const isOfInterest = this.#mark === undefined || this.#isMarked || chunk.includes(this.#mark);
    if (!isOfInterest) {
      const last = chunk.lastIndexOf(newline);
      if (last !== -1) this.#complete();
      this.#hold(chunk.subarray(last + 1));
      return [];
    }
    const lines: string[] = [];
    let from = 0;
    for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, from)) {
      this.#hold(chunk.subarray(from, at));
      const line = this.#complete();
      if (line !== undefined) lines.push(line);
      from = at + 1;
    }
    this.#hold(chunk.subarray(from));
    return lines;
  }

  /** A last line that has no end. */
  end(): string[] {
    const line = this.#heldBytes > 0 ? this.#complete() : undefined;
    return line === undefined ? [] : [line];
  }

  #hold(piece: Buffer): void {
    if (piece.length === 0 || this.#isTooLong) return;
    this.#pieces.push(piece);
    this.#heldBytes += piece.length;
    this.#isMarked ||= this.#mark === undefined || piece.includes(this.#mark);
    if (this.#heldBytes <= longestBytes) return;
    this.#pieces = [];
    this.#isTooLong = true;
  }

  /** The line that is held; undefined when it was too long, or is of no interest. */
  #complete(): string | undefined {
    const isWanted = !this.#isTooLong && (this.#isMarked || this.#mark === undefined);
    const line = isWanted ? Buffer.concat(this.#pieces).toString() : undefined;
    this.#pieces = [];
    this.#heldBytes = 0;
    this.#isTooLong = false;
    this.#isMarked = false;
    return line;
  }
}

/** What is seen of a line at its end: a progress bar writes over it. */
export function visible(line: string): string {
  return line.slice(line.trimEnd().lastIndexOf("\r") + 1).trim();
}
