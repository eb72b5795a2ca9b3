/** A folder whose power can be cut: what its programs had not synced by then is gone. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { temporaryFolder } from "../../../src/testing/temporary-folder.ts";

const source = fileURLToPath(new URL("disk-image.c", import.meta.url));
const compiler = process.env["CC"] ?? "cc";

/** Whether power can be cut here; when not, the reason is printed. */
export function canCutPower(): boolean {
  if (process.platform === "linux" && spawnSync(compiler, ["--version"]).status === 0) return true;
  console.warn("skipped: power cuts, because they need Linux and a C compiler.");
  return false;
}

export class PowerCutDisk {
  readonly #base = temporaryFolder();
  readonly #library = join(this.#base, "disk-image.so");
  readonly #image = join(this.#base, "image");
  /** What programs write to; the same path after a cut. */
  readonly folder = join(this.#base, "disk");

  constructor() {
    execFileSync(compiler, ["-shared", "-fPIC", "-O1", "-pthread", "-o", this.#library, source]);
    mkdirSync(this.folder);
    mkdirSync(this.#image);
  }

  /** For the one program that writes until the next cut. */
  get environment(): Readonly<Record<string, string>> {
    return { LD_PRELOAD: this.#library, POWER_CUT_DISK: this.folder, POWER_CUT_IMAGE: this.#image };
  }

  /** Leaves of the folder what is on the disk. The program is dead by then. */
  cut(): void {
    rmSync(this.folder, { recursive: true });
    this.#restore(readlinkSync(join(this.#image, "root")), this.folder);
    rmSync(this.#image, { recursive: true });
    mkdirSync(this.#image);
  }

  #restore(key: string, path: string): void {
    mkdirSync(path);
    for (const [kind, child, name] of this.#names(key)) {
      const target = join(path, name);
      if (kind === "d") this.#restore(child, target);
      else writeFileSync(target, this.#kept("files", child) ?? "");
    }
  }

  #names(key: string): [kind: string, key: string, name: string][] {
    const lines = this.#kept("folders", key)?.toString().split("\n").filter(Boolean) ?? [];
    return lines.map((line) => /^(.) (\S+) (.+)$/.exec(line)!.slice(1) as [string, string, string]);
  }

  /** Undefined for what has a synced name and was never synced itself. */
  #kept(kind: "files" | "folders", key: string): Buffer | undefined {
    const path = join(this.#image, kind, key);
    return existsSync(path) ? readFileSync(path) : undefined;
  }
}
