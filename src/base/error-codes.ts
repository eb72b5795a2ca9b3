/**
 * Every stable error code of the product: its kind, the exit status of the command line, and its meaning.
 *
 * A code is part of the public contract: scripts match on it, so it is never renamed and never reused.
 */
export type ErrorKind = "user" | "state" | "internal";

export interface ErrorCodeInfo {
  /** user: the input is wrong; state: the world is; internal: an invariant is broken. */
  readonly kind: ErrorKind;
  /** Exit status of the command line (see `docs/guide/command-line.md`). */
  readonly exitStatus: 2 | 3 | 4 | 5 | 70;
  readonly meaning: string;
}

export const errorCodes = {
  INVALID_USAGE: {
    kind: "user",
    exitStatus: 2,
    meaning: "A command line argument or API option is not usable.",
  },
  STUDY_EXISTS: { kind: "user", exitStatus: 2, meaning: "A study of that name is already in the store." },
  STUDY_NOT_FOUND: { kind: "state", exitStatus: 3, meaning: "The store holds no study of that name." },
  TRIAL_NOT_FOUND: { kind: "state", exitStatus: 3, meaning: "The study holds no trial of that number." },
  DATA_NOT_FOUND: {
    kind: "state",
    exitStatus: 3,
    meaning: "There is no such data set, or its files are not at hand and cannot be fetched.",
  },
  STORE_TOO_NEW: {
    kind: "state",
    exitStatus: 3,
    meaning: "The store was written by a newer version of the product.",
  },
  STORE_UNUSABLE: { kind: "state", exitStatus: 3, meaning: "The store cannot be opened, read or written." },
  CODE_NOT_ALLOWED: {
    kind: "state",
    exitStatus: 3,
    meaning: "A study of a shared store runs code that this worker was not allowed to run.",
  },
  LEASE_LOST: {
    kind: "state",
    exitStatus: 3,
    meaning: "Another attempt owns the trial now; the write was refused.",
  },
  INVALID_TRANSITION: {
    kind: "state",
    exitStatus: 3,
    meaning: "A trial cannot go from its state to the one asked for.",
  },
  BACKEND_UNAVAILABLE: {
    kind: "state",
    exitStatus: 3,
    meaning: "The back end asked for does not work on this machine.",
  },
  DECODER_UNAVAILABLE: {
    kind: "state",
    exitStatus: 3,
    meaning: "The library that decodes images does not load on this machine.",
  },
  INVALID_STUDY_FILE: {
    kind: "user",
    exitStatus: 4,
    meaning: "A study file breaks the rules of its format.",
  },
  INVALID_DATA: {
    kind: "user",
    exitStatus: 4,
    meaning: "A data file is damaged or is not what it claims to be.",
  },
  INVALID_DOCUMENT: { kind: "user", exitStatus: 4, meaning: "A trial document holds an unusable value." },
  INVALID_SPACE: {
    kind: "user",
    exitStatus: 4,
    meaning: "A search space is empty, contradictory or unsuited to its sampler.",
  },
  INVALID_CHECKPOINT: {
    kind: "user",
    exitStatus: 4,
    meaning: "A checkpoint is damaged or belongs to another document.",
  },
  SHAPE_MISMATCH: { kind: "user", exitStatus: 4, meaning: "A layer cannot take the shape it is given." },
  RESULT_DIFFERS: {
    kind: "state",
    exitStatus: 3,
    meaning: "A trial that is trained again gives another result than its record.",
  },
  STUDY_UNFINISHED: {
    kind: "state",
    exitStatus: 3,
    meaning: "The study has trials to go, so its winner is not known yet.",
  },
  NO_RESULT: {
    kind: "state",
    exitStatus: 5,
    meaning: "A limit ended the study before any trial had a result.",
  },
  INTERNAL: { kind: "internal", exitStatus: 70, meaning: "An invariant of the product is broken." },
} as const satisfies Record<string, ErrorCodeInfo>;

export type ErrorCode = keyof typeof errorCodes;
