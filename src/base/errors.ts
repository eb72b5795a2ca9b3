import { errorCodes, type ErrorCode, type ErrorKind } from "./error-codes.ts";

export interface ErrorDetails {
  /** One sentence: where, rule, received value. */
  readonly message: string;
  /** The way out, as an instruction. */
  readonly hint?: string;
  /** The same facts for programs. */
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
  /** True when the same call may succeed later. Defaults to false. */
  readonly isRetryable?: boolean;
}

/** The one error class of the product; `code` is stable, `message` is for people. */
export class TunesmithError extends Error {
  override readonly name = "TunesmithError";
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly isRetryable: boolean;

  constructor(code: ErrorCode, details: ErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = details.hint;
    this.facts = details.facts ?? {};
    this.isRetryable = details.isRetryable ?? false;
  }

  get kind(): ErrorKind {
    return errorCodes[this.code].kind;
  }

  get exitStatus(): number {
    return errorCodes[this.code].exitStatus;
  }
}

/** A broken invariant; the message asks for a report. */
export function internalError(message: string, facts?: Readonly<Record<string, unknown>>): TunesmithError {
  return new TunesmithError("INTERNAL", {
    message: `internal: ${message}`,
    hint: "This is a defect of Tunesmith: please report it with the study file.",
    ...(facts === undefined ? {} : { facts }),
  });
}
