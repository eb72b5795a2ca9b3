import { fileURLToPath } from "node:url";

/** A file of the built core. The same relative place serves `src/` and `dist/`. */
export function coreFile(name: string): string {
  return fileURLToPath(new URL(`../../../build/kernels/${name}`, import.meta.url));
}
