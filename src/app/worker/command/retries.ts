import type { Storage } from "../../../search/storage/index.ts";
import type { FailureKind, TrialRecord } from "../../../search/trial/index.ts";
import type { CommandSettings } from "../../spec/index.ts";

/** Ends of a program that another attempt may not have. */
const retried: readonly string[] = ["error", "timeout", "out-of-memory"] satisfies FailureKind[];

/** Which retry comes next after a failure; undefined when none is left. Lost workers do not count. */
export async function mayRetry(
  { id }: TrialRecord,
  { storage, command: { retries = 0 } }: { readonly storage: Storage; readonly command: CommandSettings },
): Promise<{ readonly retry: number; readonly retries: number } | undefined> {
  if (retries === 0) return undefined;
  const attempts = await storage.listAttempts(id);
  const failed = attempts.filter(({ reason }) => reason !== null && retried.includes(reason.kind)).length;
  return failed < retries ? { retry: failed + 1, retries } : undefined;
}
