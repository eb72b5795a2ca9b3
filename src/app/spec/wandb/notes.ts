import { studyFileError, type SourcePath, type SpecProblem } from "../problems.ts";
import type { StudyWarning } from "../study-warning.ts";
import type { Override } from "../overrides.ts";
import type { TunesmithError } from "../../../base/index.ts";
import type { SweepSource } from "./read-sweep.ts";

/** What is to be said of a sweep: warnings, which leave it as it is, and problems, which refuse it, each with its place. */
export class Notes {
  readonly problems: SpecProblem[] = [];
  readonly #warnings: StudyWarning[];
  readonly #source: SweepSource;
  readonly #overrides: readonly Override[];

  constructor(source: SweepSource, overrides: readonly Override[]) {
    this.#source = source;
    this.#overrides = overrides;
    this.#warnings = [...source.warnings];
  }

  /** @param message names what it is about: a warning shows its line only. */
  warn(path: SourcePath, message: string, target: "key" | "value" = "key"): void {
    this.#warnings.push({ line: this.#position(path, target)?.line ?? null, message });
  }

  refuse(path: SourcePath, message: string, target: "key" | "value" = "key"): void {
    this.problems.push({ path, target, message });
  }

  /** As they stand in the file, what stands nowhere at the end. */
  get warnings(): readonly StudyWarning[] {
    return this.#warnings.toSorted((a, b) => (a.line ?? Infinity) - (b.line ?? Infinity));
  }

  readonly locate = (path: SourcePath, target: "key" | "value"): string => {
    const override = this.#overrides.findLast(({ path: set }) =>
      set.every((key, index) => String(key) === String(path[index])),
    );
    if (override !== undefined) return override.label;
    const { line, column } = this.#position(path, target) ?? { line: 1, column: 1 };
    return `${this.#source.fileName}:${line}:${column}`;
  };

  /** Of what is not there, where it would stand. */
  #position(path: SourcePath, target: "key" | "value") {
    for (let length = path.length; length >= 0; length--) {
      const at = this.#source.positionOf(path.slice(0, length), length === path.length ? target : "key");
      if (at !== undefined) return at;
    }
    return undefined;
  }

  /** All problems as one error. */
  error(): TunesmithError {
    return studyFileError(this.problems, this.locate);
  }
}
