import { TunesmithError } from "../../base/index.ts";

/** Keys from the top of the file to a value; numbers index lists. */
export type SourcePath = readonly (string | number)[];

/** One thing that is wrong with a study file. */
export interface SpecProblem {
  readonly path: SourcePath;
  /** What the position points at: a wrong key at its name, a wrong value at the value. */
  readonly target: "key" | "value";
  /** Rule and received value, without the path: `expected a number > 0, got -1.` */
  readonly message: string;
  /** Where it stands when that is not `path`, for a key whose name is part of the message. */
  readonly at?: SourcePath;
}

/** Says where in what the person wrote a path stands: `study.yaml:7:3`, `study.ts`, `--set training.epochs=0`. */
export type Locate = (path: SourcePath, target: "key" | "value") => string;

/** `["model", "hidden", 1]` as `model.hidden[1]`. */
function pathText(path: SourcePath): string {
  return path.map((key, i) => (typeof key === "number" ? `[${key}]` : i === 0 ? key : `.${key}`)).join("");
}

/** A value as messages print it: JSON, cut to 60 characters. */
export function valueText(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (typeof value === "function") return "a function";
  const text = JSON.stringify(value) ?? typeof value;
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

/**
 * All problems of a file as one error; every line is complete in itself, so that an editor can jump to each.
 */
export function studyFileError(problems: readonly SpecProblem[], locate: Locate): TunesmithError {
  const lines = problems.map(({ path, target, message, at }) => {
    const name = pathText(path);
    return `${locate(at ?? path, target)}: ${name === "" ? "" : `${name}: `}${message}`;
  });
  return new TunesmithError("INVALID_STUDY_FILE", {
    message: lines.join("\n"),
    hint: "Correct the file and run it again; `tunesmith init` writes a commented example.",
    facts: { problems: problems.map(({ path, message }) => ({ path: pathText(path), message })) },
  });
}
