import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A file of the built core. The same relative place serves `src/` and `dist/`. */
export function coreFile(name: string): string {
  return fileURLToPath(new URL(`../../../build/kernels/${name}`, import.meta.url));
}

/** Why the build made no native core; null when it made one. */
export function nativeBuildFailure(): string | null {
  try {
    const { reason } = JSON.parse(readFileSync(coreFile("native.json"), "utf8")) as { reason: string | null };
    return reason;
  } catch {
    return "the kernels have not been built; run `npm run build`.";
  }
}
