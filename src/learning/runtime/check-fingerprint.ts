import { TunesmithError } from "../../base/index.ts";
import { kernelTableFingerprint } from "../plan/index.ts";

/**
 * A core that was built for another kernel table would take a plan's words for other calls.
 *
 * @param fingerprint undefined for a core from before there was one
 * @throws BACKEND_UNAVAILABLE
 */
export function checkFingerprint(backend: string, fingerprint: number | undefined): void {
  if (fingerprint === kernelTableFingerprint) return;
  throw new TunesmithError("BACKEND_UNAVAILABLE", {
    message: `${backend} back end: the kernels were built for another version of Tunesmith.`,
    hint: "Build them again with `npm run build`.",
    facts: { expected: kernelTableFingerprint, received: fingerprint ?? null },
  });
}
