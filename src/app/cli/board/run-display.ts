import type { RunEvent } from "../../worker/index.ts";

/** Where the progress of a run is shown. */
export interface RunDisplay {
  onEvent(event: RunEvent): void;
  /** What the run is doing as a whole, for example `stopping`. */
  setStatus(status: string): void;
  close(): void;
}
