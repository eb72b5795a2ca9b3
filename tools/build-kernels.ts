/**
 * Builds the C core: the native addon with the machine's C compiler when it has one, and the two WebAssembly modules
 * with a clang that is itself WebAssembly. Outputs go to `build/kernels/`; `build/kernels/native.json` says why there is
 * no native core when there is none, for `tunesmith doctor`.
 *
 *     node tools/build-kernels.ts [--force] [--output FOLDER]
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values: options } = parseArgs({
  options: { force: { type: "boolean", default: false }, output: { type: "string" } },
});

const root = fileURLToPath(new URL("..", import.meta.url));
const sources = join(root, "kernels");
const output = resolve(options.output ?? join(root, "build", "kernels"));
const objects = join(output, "objects");

/** No contraction: fused multiply-add is explicit in the source, so that every width gives the same bits. */
const commonFlags = ["-std=gnu17", "-O3", "-ffp-contract=off", "-fno-math-errno", "-Wall", "-Wextra"];

interface NativeBuild {
  readonly suffix: string;
  readonly flags: readonly string[];
}

const nativeBuilds: readonly NativeBuild[] = [
  { suffix: "baseline", flags: ["-DVECTOR_FLOATS=4"] },
  ...(process.arch === "x64"
    ? [
        { suffix: "avx2", flags: ["-DVECTOR_FLOATS=8", "-mavx2", "-mfma"] },
        {
          suffix: "avx512",
          flags: ["-DVECTOR_FLOATS=16", "-mfma", "-mprefer-vector-width=512"].concat(
            ["f", "vl", "dq", "bw"].map((part) => `-mavx512${part}`),
          ),
        },
      ]
    : []),
];

/** Of everything that every output depends on: the sources and this file. */
function sourceHash(): string {
  const hash = createHash("sha256");
  for (const name of readdirSync(sources).sort()) hash.update(name).update(readFileSync(join(sources, name)));
  return hash.update(readFileSync(fileURLToPath(import.meta.url))).digest("hex");
}

const compiler = process.env.CC ?? "cc";

/** What the compiler says of itself; null when there is none. */
function compilerVersion(): string | null {
  try {
    return execFileSync(compiler, ["--version"], { stdio: ["ignore", "pipe", "ignore"], encoding: "utf8" });
  } catch {
    return null;
  }
}

interface NativeReport {
  readonly isBuilt: boolean;
  readonly reason: string | null;
}

function compileNative(): NativeReport {
  const addon = join(output, "native.node");
  rmSync(addon, { force: true });
  if (compilerVersion() === null) {
    return {
      isBuilt: false,
      reason: `no C compiler: \`${compiler}\` does not run; install gcc or clang and run \`npm run build\`.`,
    };
  }
  try {
    const nodeHeaders = createRequire(import.meta.url)("node-api-headers") as { include_dir: string };
    const compile = (source: string, object: string, flags: readonly string[]) => {
      const target = join(objects, `${object}.o`);
      const fixed = ["-fPIC", "-fvisibility=hidden", "-I", nodeHeaders.include_dir];
      execFileSync(
        compiler,
        [...commonFlags, ...fixed, ...flags, "-c", join(sources, source), "-o", target],
        { stdio: "pipe" },
      );
      return target;
    };
    const compiled = nativeBuilds.map(({ suffix, flags }) =>
      compile("core.c", `core-${suffix}`, [...flags, `-DINSTRUCTION_SET=${suffix}`]),
    );
    compiled.push(compile("addon.c", "addon", ["-DNAPI_VERSION=8"]));
    const linkFlags =
      process.platform === "darwin" ? ["-bundle", "-Wl,-undefined,dynamic_lookup"] : ["-shared"];
    execFileSync(compiler, [...linkFlags, "-o", `${addon}.partial`, ...compiled], { stdio: "pipe" });
    renameSync(`${addon}.partial`, addon);
    return { isBuilt: true, reason: null };
  } catch (error) {
    const stderr = (error as { stderr?: Buffer }).stderr?.toString() ?? String(error);
    const firstError = stderr.split("\n").find((line) => /error/i.test(line)) ?? stderr.trim();
    return { isBuilt: false, reason: `\`${compiler}\` failed: ${firstError}` };
  }
}

async function compileWasm(name: string, flags: readonly string[]): Promise<void> {
  const { commands, runLLVM } = await import("@yowasp/clang");
  // Without arguments it only loads itself; loaded by a command, it reports its progress on stdout.
  await runLLVM(undefined, undefined, { fetchProgress: () => {} });
  const files = Object.fromEntries(
    readdirSync(sources).map((file) => [file, readFileSync(join(sources, file), "utf8")]),
  );
  const targetFlags = [
    "--target=wasm32-unknown-unknown",
    "-nostdlib",
    "-msimd128",
    "-DVECTOR_FLOATS=4",
    "-fvisibility=hidden",
  ];
  const linkFlags = [
    "--no-entry",
    "--export-dynamic",
    "--import-memory",
    "--export=__heap_base",
    "-z,stack-size=65536",
  ];
  let messages = "";
  try {
    const result = await commands.clang(
      [
        ...targetFlags,
        ...commonFlags,
        ...flags,
        ...linkFlags.map((flag) => `-Wl,${flag}`),
        "core.c",
        "-o",
        "core.wasm",
      ],
      files,
      {
        stdout: null,
        stderr: (bytes) => (messages += bytes === null ? "" : new TextDecoder().decode(bytes)),
      },
    );
    writeFileSync(join(output, `${name}.wasm.partial`), result!["core.wasm"] as Uint8Array);
    renameSync(join(output, `${name}.wasm.partial`), join(output, `${name}.wasm`));
  } catch (error) {
    throw new Error(`the WebAssembly core did not build:\n${messages}`, { cause: error });
  }
}

/** Makes outputs anew unless all are there and were made from the same inputs. */
async function make(
  name: string,
  inputs: readonly string[],
  { outputs, run }: { outputs: readonly string[]; run: () => Promise<string> | string },
): Promise<void> {
  const stamp = join(output, `${name}.inputs`);
  const isCurrent =
    !options.force &&
    [stamp, ...outputs.map((file) => join(output, file))].every((path) => existsSync(path)) &&
    readFileSync(stamp, "utf8") === inputs.join("\n");
  if (isCurrent) {
    console.log(`kernels: ${name} up to date`);
    return;
  }
  rmSync(stamp, { force: true });
  console.log(`kernels: ${await run()}`);
  writeFileSync(stamp, inputs.join("\n"));
}

mkdirSync(objects, { recursive: true });
const hash = sourceHash();
// The compiler is an input: one that is installed later is used.
await make("native", [hash, process.arch, compiler, compilerVersion() ?? "none"], {
  outputs: ["native.json"],
  run: () => {
    const native = compileNative();
    writeFileSync(join(output, "native.json"), `${JSON.stringify(native)}\n`);
    return native.isBuilt ? "native core built" : `no native core: ${native.reason}`;
  },
});
await make("wasm", [hash], {
  outputs: ["wasm-simd.wasm", "wasm-relaxed-simd.wasm"],
  run: async () => {
    await compileWasm("wasm-simd", []);
    await compileWasm("wasm-relaxed-simd", ["-mrelaxed-simd"]);
    return "WebAssembly cores built";
  },
});
