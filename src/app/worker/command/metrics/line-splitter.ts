import { StringDecoder } from "node:string_decoder";

/** A line that is longer is let go, whatever it begins with. */
const longestLine = 1_000_000;

/** Pieces of output put together to lines, with a bound on what is kept of one that does not end. */
export class LineSplitter {
  readonly #decoder = new StringDecoder("utf8");
  #rest = "";
  #isTooLong = false;

  /** The lines that are complete by now. */
  push(chunk: Buffer): string[] {
    return this.#take(this.#decoder.write(chunk));
  }

  /** A last line that has no end. */
  end(): string[] {
    return this.#take(`${this.#decoder.end()}\n`).filter((line) => line !== "");
  }

  #take(text: string): string[] {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop()!;
    if (this.#isTooLong && lines.length > 0) {
      lines.shift();
      this.#isTooLong = false;
    }
    if (this.#rest.length > longestLine) {
      this.#rest = "";
      this.#isTooLong = true;
    }
    return lines;
  }
}

/** What is seen of a line at its end: a progress bar writes over it. */
export function visible(line: string): string {
  return line.slice(line.trimEnd().lastIndexOf("\r") + 1).trim();
}
