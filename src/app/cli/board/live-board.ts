import type { RunEvent } from "../../worker/index.ts";
import { textWidth, type Style } from "../output/style.ts";
import { renderFields } from "../output/table.ts";
import { searchFields } from "../records/search-text.ts";
import { initialBoard, nextBoard, type BoardState } from "./board-state.ts";
import { renderBoard } from "./render-board.ts";
import type { RunDisplay } from "./run-display.ts";

/** Ten frames a second are smooth enough for numbers and cost nothing. */
const frameMs = 100;
/** ETA and bar move on also when no event comes. */
const tickMs = 1000;

const hideCursor = "\u001B[?25l";
const showCursor = "\u001B[?25h";
const clearToEnd = "\u001B[J";
const clearLine = "\u001B[K";

/** Redraws the board in place on a terminal. The cursor comes back however the process ends. */
export class LiveBoard implements RunDisplay {
  readonly #stream: NodeJS.WriteStream;
  readonly #style: Style;
  #state: BoardState = initialBoard;
  #drawn: readonly string[] = [];
  #drawnAt = 0;
  #frame: NodeJS.Timeout | undefined;
  readonly #tick: NodeJS.Timeout;
  readonly #onResize = () => this.#schedule();
  readonly #onExit = () => this.#stream.write(showCursor);

  constructor(stream: NodeJS.WriteStream, style: Style) {
    this.#stream = stream;
    this.#style = style;
    stream.write(hideCursor);
    stream.on("resize", this.#onResize);
    process.on("exit", this.#onExit);
    this.#tick = setInterval(() => this.#schedule(), tickMs);
    this.#draw();
  }

  onEvent(event: RunEvent): void {
    if (event.kind === "study-started") this.note(renderFields(searchFields(event.definition), this.#style));
    if (event.kind === "warning") this.note(`${this.#style.bad("warning:")} ${event.message}`);
    if (event.kind === "worker-lost") {
      this.note(
        `${this.#style.bad("warning:")} worker ${event.slot + 1} was lost (${event.cause}); its trial goes back.`,
      );
    }
    this.#state = nextBoard(this.#state, event, Date.now());
    this.#schedule();
  }

  setStatus(status: string): void {
    this.#state = { ...this.#state, status };
    this.#draw();
  }

  note(text: string): void {
    this.#erase();
    this.#stream.write(`${text}\n`);
    this.#draw();
  }

  close(): void {
    clearInterval(this.#tick);
    clearTimeout(this.#frame);
    this.#stream.off("resize", this.#onResize);
    process.off("exit", this.#onExit);
    this.#erase();
    this.#stream.write(showCursor);
  }

  #schedule(): void {
    const wait = Math.max(0, this.#drawnAt + frameMs - Date.now());
    this.#frame ??= setTimeout(() => this.#draw(), wait);
  }

  #draw(): void {
    clearTimeout(this.#frame);
    this.#frame = undefined;
    this.#drawnAt = Date.now();
    // A terminal that does not know its size says 0.
    const columns = this.#stream.columns || 80;
    const rows = this.#stream.rows || 24;
    const lines = renderBoard(this.#state, { style: this.#style, columns, rows, now: this.#drawnAt });
    this.#stream.write(
      `${this.#toTop()}${lines.map((line) => `${line}${clearLine}`).join("\n")}\n${clearToEnd}`,
    );
    this.#drawn = lines;
  }

  #erase(): void {
    this.#stream.write(`${this.#toTop()}${clearToEnd}`);
    this.#drawn = [];
  }

  /** To the start of the first line that was drawn; a terminal that became narrower has wrapped them. */
  #toTop(): string {
    const columns = this.#stream.columns || 80;
    const rows = this.#drawn.reduce(
      (sum, line) => sum + Math.max(1, Math.ceil(textWidth(line) / columns)),
      0,
    );
    return rows === 0 ? "\r" : `\r\u001B[${rows}A`;
  }
}
