import { TunesmithError } from "../../base/index.ts";

/**
 * Memory for data whose size a file or a folder decides.
 *
 * @param what is to lie there, for the error.
 * @throws INVALID_DATA when there is not so much
 */
export function allocateBytes(sizeBytes: number, what: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(sizeBytes);
  } catch (cause) {
    const gibibytes = (sizeBytes / 2 ** 30).toPrecision(3);
    throw new TunesmithError("INVALID_DATA", {
      message: `${what}: ${gibibytes} GiB must fit into memory, got ${(cause as Error).message}.`,
      hint: "Use fewer or smaller examples, or a machine with more memory; with the native back end, images are mapped from the decoded cache instead.",
      facts: { sizeBytes },
      cause,
    });
  }
}
