import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { temporaryFolder } from "../../testing/temporary-folder.ts";
import { coreFile } from "./core-files.ts";
import { describeRuntimes, loadRuntime } from "./load-runtime.ts";
import { selfTest } from "./self-test.ts";

/** Where the built core is looked for. */
let folder: string | undefined;

vi.mock(import("./core-files.ts"), async (importOriginal) => {
  const original = await importOriginal();
  return { coreFile: (name) => (folder === undefined ? original.coreFile(name) : join(folder, name)) };
});

/** Goes on with a folder that holds a copy of some of the built files, and these others. */
function useCore(built: readonly string[], others: Record<string, string | Uint8Array> = {}): void {
  const copy = temporaryFolder();
  for (const name of built) copyFileSync(coreFile(name), join(copy, name));
  for (const [name, content] of Object.entries(others)) writeFileSync(join(copy, name), content);
  folder = copy;
}

const bothWasm = ["wasm-simd.wasm", "wasm-relaxed-simd.wasm"];

const usableNames = async () =>
  (await describeRuntimes())
    .filter(({ isUsable }) => isUsable)
    .map(({ backend, instructionSet }) => `${backend} ${instructionSet}`);

afterEach(() => {
  folder = undefined;
});

describe("without a C compiler", () => {
  const reason = "no C compiler: `cc` does not run; install gcc or clang and run `npm run build`.";

  beforeEach(() => {
    useCore(bothWasm, { "native.json": JSON.stringify({ isBuilt: false, reason }) });
  });

  it("the fastest runtime is relaxed WebAssembly", async () => {
    expect(await loadRuntime()).toMatchObject({ backend: "wasm", instructionSet: "relaxed-simd" });
  });

  it("every native instruction set says why it cannot be used", async () => {
    const native = (await describeRuntimes()).filter(({ backend }) => backend === "native");
    expect(native.length).toBeGreaterThan(0);
    for (const report of native) {
      expect(report).toMatchObject({ isUsable: false, reason: `native back end: ${reason}` });
    }
    expect(await usableNames()).toEqual(["wasm relaxed-simd", "wasm simd", "reference float64"]);
  });

  it("the native back end is refused when it is asked for by name", async () => {
    await expect(loadRuntime({ backend: "native" })).rejects.toMatchObject({
      code: "BACKEND_UNAVAILABLE",
      message: `native back end: ${reason}`,
    });
  });
});

describe("with a core that is not whole", () => {
  it("a native core that does not load is passed over, with the loader's reason", async () => {
    useCore(bothWasm, {
      "native.json": '{"isBuilt":true,"reason":null}',
      "native.node": "no shared library",
    });
    expect((await loadRuntime()).backend).toBe("wasm");
    const [native] = await describeRuntimes();
    expect(native).toMatchObject({ backend: "native", isUsable: false });
    expect(native!.reason).toMatch(/^native back end: the addon does not load: /);
  });

  it("an engine that does not take relaxed SIMD gets plain SIMD", async () => {
    useCore(["wasm-simd.wasm"], {
      "native.json": '{"isBuilt":false,"reason":"none."}',
      // The first bytes of a WebAssembly module of a version that does not exist.
      "wasm-relaxed-simd.wasm": Uint8Array.of(0, 97, 115, 109, 9, 0, 0, 0),
    });
    expect(await loadRuntime()).toMatchObject({ backend: "wasm", instructionSet: "simd" });
    const relaxed = (await describeRuntimes()).find(
      ({ instructionSet }) => instructionSet === "relaxed-simd",
    );
    expect(relaxed!.reason).toMatch(/this engine does not take `relaxed-simd`: /);
  });

  it("without any core the reference is left, and the reasons tell to build", async () => {
    useCore([]);
    expect((await loadRuntime()).backend).toBe("reference");
    for (const { backend, reason } of await describeRuntimes()) {
      if (backend !== "reference") expect(reason).toMatch(/have not been built/);
    }
  });
});

describe("with the core as it was built", () => {
  it("describes every back end, fastest first, each usable or with a reason", async () => {
    const reports = await describeRuntimes();
    expect(reports.map(({ backend }) => backend).filter((name, at, all) => name !== all[at - 1])).toEqual([
      "native",
      "wasm",
      "reference",
    ]);
    for (const { isUsable, reason } of reports) {
      expect(isUsable).toBe(reason === null);
      if (reason !== null) expect(reason).toMatch(/^[^\n]+\.$/);
    }
  });

  it("loads the first usable one", async () => {
    const { backend, instructionSet } = await loadRuntime();
    expect(`${backend} ${instructionSet}`).toBe((await usableNames())[0]);
  });

  it("loads an instruction set by name", async () => {
    expect(await loadRuntime({ backend: "wasm", instructionSet: "simd" })).toMatchObject({
      backend: "wasm",
      instructionSet: "simd",
    });
  });

  it("refuses an instruction set that does not exist", async () => {
    await expect(loadRuntime({ instructionSet: "mmx" })).rejects.toMatchObject({
      code: "BACKEND_UNAVAILABLE",
      message: "back end `any`: there is no instruction set `mmx`.",
    });
  });

  it("would notice a back end that multiplies wrongly", async () => {
    const right = await loadRuntime({ backend: "reference" });
    const wrong: typeof right = {
      ...right,
      createExecutor: (plan, examples) => {
        const executor = right.createExecutor(plan, examples);
        return {
          arena: executor.arena,
          slots: executor.slots,
          execute: (phase, options) => {
            const steps = executor.execute(phase, options);
            executor.arena[plan.buffers[3]!.offset + 100]! += 1;
            return steps;
          },
        };
      },
    };
    expect(selfTest(right)).toBeNull();
    expect(selfTest(wrong)).toMatch(/^product element \(2, 4\) is -?\d+, expected -?\d+\.$/);
  });
});
