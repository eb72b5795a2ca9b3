import type { WorkerEvent } from "../../worker/index.ts";
import type { TrialReason } from "../../../search/trial/index.ts";
import { formatDuration } from "../output/duration.ts";
import { formatNumber } from "../output/number.ts";
import type { Style } from "../output/style.ts";
import { describeParameters } from "../records/trial-view.ts";

export interface WorkerLinesOptions {
  readonly style: Style;
  readonly isQuiet: boolean;
}

/** What workers do, as lines that a log can hold. */
export class WorkerLines {
  readonly #stream: NodeJS.WritableStream;
  readonly #options: WorkerLinesOptions;

  constructor(stream: NodeJS.WritableStream, options: WorkerLinesOptions) {
    this.#stream = stream;
    this.#options = options;
  }

  onEvent(event: WorkerEvent): void {
    switch (event.kind) {
      case "serving": {
        const what = event.studies === null ? "every study of the store" : event.studies.join(", ");
        return this.line(
          `serving ${what} with ${event.workers} ${event.workers === 1 ? "worker" : "workers"}`,
        );
      }
      case "trial-started": {
        const { number, attempt, parameters, epoch } = event;
        const again = attempt === 1 ? "" : `, attempt ${attempt}`;
        const from = epoch === 0 ? "" : ` from epoch ${epoch}`;
        const values = describeParameters(parameters, Object.keys(parameters));
        return this.line(`${event.study} trial #${number} started${again}${from}  ${values}`);
      }
      case "trial-paused":
        return this.line(`${event.study} trial #${event.number} paused  ${event.message}`);
      case "trial-ended": {
        if (event.outcome === "handed-back") this.line(`${event.study} trial #${event.number} handed back`);
        if (event.outcome === "dropped")
          this.line(`${event.study} trial #${event.number} is another worker's now`);
        return undefined;
      }
      case "trial-finished": {
        const { number, state, objectiveValue, reason, durationMs } = event.trial;
        const value = objectiveValue === null ? "" : `  ${formatNumber(objectiveValue)}`;
        const why = reason === null ? "" : `  ${reasonText(reason)}`;
        return this.line(
          `${event.study} trial #${number} ${state}${value}${why}  ${formatDuration(durationMs)}`,
        );
      }
      case "study-left":
        return this.warn(
          `${event.message} It is left to other workers.${event.hint === null ? "" : ` ${event.hint}`}`,
        );
      case "draining":
        return this.line("asked to take no other trial");
      case "warning":
        return this.warn(event.message);
      case "worker-lost":
        return this.warn(`worker ${event.slot + 1} was lost (${event.cause}); its trial goes back.`);
      case "ready":
      case "trial-progress":
      case "fatal":
        return undefined;
      default:
        return event satisfies never;
    }
  }

  line(text: string): void {
    if (!this.#options.isQuiet) this.#stream.write(`${text}\n`);
  }

  warn(text: string): void {
    this.#stream.write(`${this.#options.style.bad("warning:")} ${text}\n`);
  }
}

/** A ruling says itself whose it is. */
export function reasonText({ kind, message }: TrialReason): string {
  return kind === "scheduler" ? message : `${kind}: ${message}`;
}
