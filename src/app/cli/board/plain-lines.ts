import type { RunEvent } from "../../worker/index.ts";
import type { TrialRecord } from "../../../search/trial/index.ts";
import { formatDuration } from "../output/duration.ts";
import { formatNumber } from "../output/number.ts";
import type { Style } from "../output/style.ts";
import { renderFields } from "../output/table.ts";
import { searchFields } from "../records/search-text.ts";
import { describeParameters, varyingParameters } from "../records/trial-view.ts";
import { reasonText } from "./worker-lines.ts";
import type { RunDisplay } from "./run-display.ts";

/** Progress as lines that a log file can hold: one per finished or paused trial. */
export class PlainLines implements RunDisplay {
  readonly #stream: NodeJS.WritableStream;
  readonly #style: Style;
  readonly #isQuiet: boolean;
  #varying: readonly string[] = [];
  #objective = "";
  #downloading: string | undefined;
  #reading: string | undefined;
  #total = 0;
  /** Counted here: two trials that end together are in the store before either is told of. */
  #finished = 0;

  constructor(stream: NodeJS.WritableStream, options: { readonly style: Style; readonly isQuiet: boolean }) {
    this.#stream = stream;
    this.#style = options.style;
    this.#isQuiet = options.isQuiet;
  }

  onEvent(event: RunEvent): void {
    switch (event.kind) {
      case "study-started": {
        const { definition, progress } = event;
        this.#varying = varyingParameters(definition);
        this.#objective = definition.objective.metric;
        this.#total = progress.total;
        this.#finished = progress.total - progress.remaining;
        const left = progress.remaining === progress.total ? "" : `, ${progress.remaining} to go`;
        this.#line(`study ${definition.name}: ${progress.total} trials${left}`);
        return this.#line(renderFields(searchFields(definition), this.#style));
      }
      case "download":
        if (this.#downloading !== event.progress.file) this.#line(`downloading ${event.progress.address}`);
        this.#downloading = event.progress.file;
        return undefined;
      case "reading":
        if (this.#reading !== event.progress.what) this.#line(event.progress.what);
        this.#reading = event.progress.what;
        return undefined;
      case "trial-finished":
        this.#finished += 1;
        return this.#line(`[${this.#finished}/${this.#total}] ${this.#describe(event.trial)}`);
      case "trial-paused": {
        const { number, parameters, message } = event;
        return this.#line(
          `trial #${number} paused  ${describeParameters(parameters, this.#varying)}  ${message}`,
        );
      }
      case "warning":
        return this.#warn(event.message);
      case "worker-lost":
        return this.#warn(`worker ${event.slot + 1} was lost (${event.cause}); its trial goes back.`);
      default:
        return undefined;
    }
  }

  setStatus(status: string): void {
    this.#line(status);
  }

  close(): void {}

  #describe({ number, state, parameters, objectiveValue, reason, durationMs }: TrialRecord): string {
    const value = objectiveValue === null ? "" : `  ${this.#objective} ${formatNumber(objectiveValue)}`;
    const why = reason === null ? "" : `  ${reasonText(reason)}`;
    return `trial #${number} ${state}  ${describeParameters(parameters, this.#varying)}${value}${why}  ${formatDuration(durationMs)}`;
  }

  #line(text: string): void {
    if (!this.#isQuiet) this.#stream.write(`${text}\n`);
  }

  #warn(text: string): void {
    this.#stream.write(`${this.#style.bad("warning:")} ${text}\n`);
  }
}
