/**
 * What can go wrong with PostgreSQL in the product's words, and whether to try again. Only an error of the server or of the
 * system is kept as a cause: the client's own may quote its configuration.
 */
import { DatabaseError } from "pg";

import { TunesmithError } from "../../../base/index.ts";

export interface StoreProblem {
  readonly rule: string;
  readonly hint?: string;
  readonly isRetryable?: boolean;
  readonly cause?: unknown;
}

/** STORE_UNUSABLE. @param store as `withoutSecrets` gives it */
export function storeUnusable(store: string, { rule, ...details }: StoreProblem): TunesmithError {
  return new TunesmithError("STORE_UNUSABLE", {
    message: `store \`${store}\`: ${rule}`,
    facts: { store },
    ...details,
  });
}

/** INVALID_USAGE for a URL that cannot be read, of which nothing is printed: a password may stand anywhere in it. */
export function refuseUrl(): TunesmithError {
  return new TunesmithError("INVALID_USAGE", {
    message:
      "store: expected `postgres://USER@HOST:PORT/DATABASE`, got a URL of PostgreSQL that cannot be read.",
    hint: "Write special characters of a password as %XX, or give it by PGPASSWORD or ~/.pgpass.",
  });
}

const tryLater = "Start the server again or wait for it; everything acknowledged is in it.";

/** By the codes of the server (SQLSTATE) and of the system; the first that matches counts. */
const problems: readonly (StoreProblem & { readonly code: RegExp })[] = [
  {
    code: /^ECONNREFUSED$/,
    rule: "a server must listen there, got none",
    hint: "Start PostgreSQL, or name another host and port with --store.",
    isRetryable: true,
  },
  {
    code: /^ENOTFOUND$/,
    rule: "its host must have an address, got a name that nobody knows",
    hint: "Correct the host with --store.",
  },
  {
    code: /^(EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN)$/,
    rule: "the server must be reachable, got no way to it",
    hint: "Look at the network between here and there.",
    isRetryable: true,
  },
  {
    code: /^(ECONNRESET|EPIPE|ECONNABORTED|08...)$/,
    rule: "the connection must last, got one that was lost",
    hint: tryLater,
    isRetryable: true,
  },
  {
    code: /^57P0[123]$/,
    rule: "the server must be up, got one that stops or starts",
    hint: tryLater,
    isRetryable: true,
  },
  {
    code: /^53300$/,
    rule: "the server must have a free connection, got none",
    hint: "Raise its max_connections, or put a pooler with sessions before it; a worker uses 2 connections, at most 5.",
    isRetryable: true,
  },
  {
    code: /^53100$/,
    rule: "the server's disk must have room, got a full one; everything acknowledged is safe",
    hint: "Free some space there; workers go on by themselves.",
    isRetryable: true,
  },
  {
    code: /^(53...|58...)$/,
    rule: "the server must have memory and a disk that works, got an error of them",
    hint: "Look at the server's log.",
    isRetryable: true,
  },
  {
    code: /^(40P01|40001)$/,
    rule: "two writes must not wait for each other, got this one broken off",
    isRetryable: true,
  },
  {
    code: /^55P03$/,
    rule: "another session must let go within 10 s, got none that did",
    hint: "Look in pg_stat_activity for a transaction that is left open.",
    isRetryable: true,
  },
  {
    code: /^(57014|25P03)$/,
    rule: "a statement must end within 30 s, got one that did not",
    hint: "Look at the load of the server.",
    isRetryable: true,
  },
  {
    code: /^25006$/,
    rule: "the database must take writes, got one that is read-only",
    hint: "Name the primary server with --store, and a user whose transactions may write.",
  },
  {
    code: /^28...$/,
    rule: "the server must accept user and password, got a refusal",
    hint: "Give the password in the URL, by PGPASSWORD or in ~/.pgpass.",
  },
  {
    code: /^3D000$/,
    rule: "the database must exist, got none of that name",
    hint: "Create it with `createdb`, or name another with --store.",
  },
  {
    code: /^42501$/,
    rule: "the user must own the schema `tunesmith` or may create it, got no permission",
    hint: "Let an administrator run `GRANT CREATE ON DATABASE ... TO ...`, or connect as the user that made the store.",
  },
  {
    code: /^(42P01|42703|42883|3F000)$/,
    rule: "the store must be whole, got one without a table or column",
    hint: "Restore a dump into an empty database.",
  },
  { code: /^XX00[12]$/, rule: "the database must be whole, got a damaged one", hint: "Restore a dump." },
];

/** An error of PostgreSQL, its client or the system in the product's words; any other error as it is. */
export function translatePostgresError(error: unknown, store: string): unknown {
  if (error instanceof TunesmithError || !(error instanceof Error)) return error;
  const code = "code" in error && typeof error.code === "string" ? error.code : null;
  if (error instanceof DatabaseError) {
    // A character that text cannot hold; nothing of the store is wrong.
    if (code === "22021") return unstorableText();
    return fromServer(error, code ?? "", store);
  }
  const known = code === null ? undefined : problems.find((problem) => problem.code.test(code));
  if (known !== undefined)
    return asKnown(known, { code: code!, store, cause: "syscall" in error ? error : undefined });
  return fromClient(error, store) ?? error;
}

function fromServer(error: DatabaseError, code: string, store: string): TunesmithError {
  const known = problems.find((problem) => problem.code.test(code));
  if (known !== undefined) return asKnown(known, { code: `${code}: ${error.message}`, store, cause: error });
  return storeUnusable(store, { rule: `PostgreSQL refused with ${code}: ${error.message}.`, cause: error });
}

function asKnown(
  { rule, hint, isRetryable }: StoreProblem,
  { code, store, cause }: { readonly code: string; readonly store: string; readonly cause: unknown },
): TunesmithError {
  return storeUnusable(store, {
    rule: `${rule} (${code}).`,
    ...(hint === undefined ? {} : { hint }),
    ...(isRetryable === undefined ? {} : { isRetryable }),
    ...(cause === undefined ? {} : { cause }),
  });
}

function unstorableText(): TunesmithError {
  return new TunesmithError("INVALID_USAGE", {
    message: "store: a text must be of characters that PostgreSQL keeps, got one with the character 0.",
  });
}

/** The client's errors have no codes; null for one of another kind. */
function fromClient({ message }: Error, store: string): TunesmithError | null {
  if (/password/i.test(message)) {
    return storeUnusable(store, {
      rule: "the server asks for a password, got none.",
      hint: "Give it in the URL, by PGPASSWORD or in ~/.pgpass.",
    });
  }
  if (/SSL|certificate/i.test(message)) {
    return storeUnusable(store, {
      rule: "the connection must be encrypted as the URL asks for, got a server or a certificate that does not fit.",
      hint: "Correct `sslmode` and `sslrootcert` in the URL.",
    });
  }
  if (/timeout/i.test(message)) {
    return storeUnusable(store, {
      rule: "the server must answer, got silence.",
      hint: "Look at the network and the load of the server.",
      isRetryable: true,
    });
  }
  if (!/terminated|closed|not queryable/i.test(message)) return null;
  return storeUnusable(store, {
    rule: "the connection must last, got one that was lost.",
    hint: tryLater,
    isRetryable: true,
  });
}
