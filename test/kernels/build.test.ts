/** The build of the C core, with and without a compiler, into a folder of its own. */
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, it } from "vitest";

import { temporaryFolder } from "../../src/testing/temporary-folder.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Whether there is a compiler to build with. */
const hasCompiler = spawnSync(process.env["CC"] ?? "cc", ["--version"]).status === 0;

/** WebAssembly takes long to build, so it is there already, as it is after any build. */
function folderWithWasm(): string {
  const folder = temporaryFolder();
  for (const name of ["wasm-simd.wasm", "wasm-relaxed-simd.wasm", "wasm.inputs"]) {
    copyFileSync(join(root, "build", "kernels", name), join(folder, name));
  }
  return folder;
}

const build = (folder: string, environment: Record<string, string> = {}) =>
  execFileSync(process.execPath, [join(root, "tools", "build-kernels.ts"), "--output", folder], {
    env: { ...process.env, ...environment },
    encoding: "utf8",
  });

const reportOf = (folder: string) => JSON.parse(readFileSync(join(folder, "native.json"), "utf8")) as object;

it("without a compiler the build succeeds and says why there is no native core", () => {
  const folder = folderWithWasm();
  const output = build(folder, { CC: "/nonexistent/cc" });
  expect(output).toMatch(
    /^kernels: no native core: no C compiler: `\/nonexistent\/cc` does not run; install/,
  );
  expect(reportOf(folder)).toEqual({
    isBuilt: false,
    reason: "no C compiler: `/nonexistent/cc` does not run; install gcc or clang and run `npm run build`.",
  });
  expect(existsSync(join(folder, "native.node"))).toBe(false);
});

it("a compiler that fails is named with its first error", () => {
  const folder = folderWithWasm();
  const compiler = join(folder, "broken-cc");
  writeFileSync(
    compiler,
    '#!/bin/sh\n[ "$1" = --version ] && echo broken 1.0 && exit\necho "core.c:1: error: no luck" >&2\nexit 1\n',
    { mode: 0o755 },
  );
  build(folder, { CC: compiler });
  expect(reportOf(folder)).toEqual({
    isBuilt: false,
    reason: `\`${compiler}\` failed: core.c:1: error: no luck`,
  });
});

it.skipIf(!hasCompiler)("a compiler that is installed later is used by the next build, and only once", () => {
  const folder = folderWithWasm();
  build(folder, { CC: "/nonexistent/cc" });
  expect(build(folder)).toContain("kernels: native core built");
  expect(reportOf(folder)).toEqual({ isBuilt: true, reason: null });
  expect(existsSync(join(folder, "native.node"))).toBe(true);
  expect(build(folder)).toBe("kernels: native up to date\nkernels: wasm up to date\n");
});
