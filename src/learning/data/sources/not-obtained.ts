import { TunesmithError } from "../../../base/index.ts";
import type { DownloadFailure } from "../download.ts";

export interface NotObtained {
  readonly dataset: string;
  /** What is missing, with its name as it would be put into `folder`. */
  readonly missing: readonly { readonly name: string; readonly address: string }[];
  readonly failures: readonly DownloadFailure[];
  /** Where a person can put it. */
  readonly folder: string;
}

/** Says what could not be fetched, why, and how to bring it by hand. */
export function notObtained({ dataset, missing, failures, folder }: NotObtained): TunesmithError {
  const names = missing.map(({ name }) => name);
  const missingAddresses = missing.map(({ address }) => address);
  const byHand = `etch ${missingAddresses.join(" and ")} elsewhere and put ${names.length === 1 ? "it" : "them"} into \`${folder}\`.`;
  const facts = {
    dataset,
    files: names,
    addresses: missingAddresses,
    folder,
    failures: failures.map(({ address, reason }) => ({ address, reason })),
  };
  for (const { address, reason, cause } of failures) {
    if (cause instanceof TunesmithError && cause.code === "INVALID_DATA") {
      const { expected, received } = cause.facts;
      return new TunesmithError("INVALID_DATA", {
        message: `download of ${address}: ${reason}`,
        hint: `Try again later, or f${byHand}`,
        facts: { ...facts, address, expected, received },
        cause,
      });
    }
  }
  const reasons = failures.map(({ address, reason }) => `${address}: ${reason}`).join("; ");
  return new TunesmithError("DATA_NOT_FOUND", {
    message: `data set \`${dataset}\`: ${names.map((name) => `\`${name}\``).join(" and ")} ${names.length === 1 ? "is" : "are"} not at hand and cannot be fetched: ${reasons}.`,
    hint: `F${byHand}`,
    facts,
    cause: failures[0]?.cause,
    isRetryable: true,
  });
}
