import { readFileSync } from "node:fs";

import { internalError, TunesmithError } from "../../../base/index.ts";
import { encodePhase, type PhaseName, type Plan } from "../../plan/index.ts";
import { checkFingerprint } from "../check-fingerprint.ts";
import { coreBuild } from "../core-build.ts";
import { coreFile } from "../core-files.ts";
import { peakLoop, type PeakLoop } from "../peak-loop.ts";
import { mostRates, type BatchSource, type ExecuteOptions, type Executor, type Runtime } from "../runtime.ts";
import { Instance, Memory, Module, type WasmMemory, type WasmModule } from "./webassembly.ts";

/** Fastest first. Relaxed SIMD lets the machine fuse multiply and add. */
export const wasmInstructionSets = ["relaxed-simd", "simd"] as const;
export type WasmInstructionSet = (typeof wasmInstructionSets)[number];

interface WasmCore {
  readonly __heap_base: { readonly value: number };
  execute(run: number, context: number): number;
  /** Of the kernel table that it was built for. */
  readonly fingerprint?: () => number;
  peak(iterations: number, x: number, y: number): number;
}

const pageBytes = 65_536;
const vectorFloats = 4;

/** @throws BACKEND_UNAVAILABLE when the module is missing or the engine does not know its instructions. */
export function createWasmRuntime(instructionSet: WasmInstructionSet): Runtime {
  const file = coreFile(`wasm-${instructionSet}.wasm`);
  let module: WasmModule;
  try {
    module = new Module(readFileSync(file));
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    throw new TunesmithError("BACKEND_UNAVAILABLE", {
      message: isMissing
        ? "WebAssembly back end: the kernels have not been built."
        : `WebAssembly back end: this engine does not take \`${instructionSet}\`: ${(cause as Error).message}`,
      ...(isMissing ? { hint: "Build them with `npm run build`." } : {}),
      cause,
    });
  }
  return new WasmRuntime(module, instructionSet);
}

class WasmRuntime implements Runtime {
  readonly backend = "wasm";
  readonly build = coreBuild("wasm");
  readonly instructionSet: string;
  readonly peak: PeakLoop;
  readonly #module: WasmModule;

  constructor(module: WasmModule, instructionSet: WasmInstructionSet) {
    this.#module = module;
    this.instructionSet = instructionSet;
    const { core } = instantiate(module, 0);
    checkFingerprint("WebAssembly", core.fingerprint?.());
    this.peak = peakLoop(vectorFloats, (iterations) => void core.peak(iterations, 0.5, 0.5));
  }

  createExecutor(plan: Plan, examples: BatchSource): Executor {
    return new WasmExecutor(this.#module, plan, examples);
  }
}

function instantiate(module: WasmModule, bytes: number): { core: WasmCore; memory: WasmMemory } {
  const memory = createMemory(4 + Math.ceil(bytes / pageBytes));
  const core = new Instance(module, { env: { memory } }).exports as WasmCore;
  return { core, memory };
}

/** Addresses have 32 bits. */
const mostPages = 65_536;
/** The kernels count bytes from the first example with a sign. */
const mostFeatureBytes = 2 ** 31 - 1;

/** @throws BACKEND_UNAVAILABLE when there is not so much memory */
function createMemory(pages: number): WasmMemory {
  let cause: unknown;
  if (pages <= mostPages) {
    try {
      return new Memory({ initial: pages, maximum: mostPages });
    } catch (error) {
      cause = error;
    }
  }
  const received = cause === undefined ? "" : ` (${(cause as Error).message})`;
  throw tooLarge("the examples and the network together", {
    bytes: pages * pageBytes,
    most: 2 ** 32,
    received,
    cause,
  });
}

function tooLarge(
  what: string,
  { bytes, most, received = "", cause }: { bytes: number; most: number; received?: string; cause?: unknown },
): TunesmithError {
  const gibibytes = (count: number) => (count / 2 ** 30).toPrecision(3);
  return new TunesmithError("BACKEND_UNAVAILABLE", {
    message: `WebAssembly back end: ${what} must fit into ${gibibytes(most)} GiB, got ${gibibytes(bytes)} GiB${received}.`,
    hint: "Use the native back end, which needs a C compiler when it is installed (`tunesmith doctor`), or fewer or smaller examples.",
    facts: { bytes, most },
    cause,
  });
}

/** Field counts of the structs `run` (kernels/core.h) and `context` (kernels/context.h), all 32 bits wide here. */
const runWords = 9;
const contextWords = 13;
/** The place of `partners` among them, after what changes from chunk to chunk. */
const partnersWord = 11;
const noPartners = new Int32Array(0);
const alignment = 64;

/** One memory holds everything: structs, programs, slots, order, examples, arena. */
class WasmExecutor implements Executor {
  readonly arena: Float32Array;
  readonly slots: Float64Array;
  readonly #core: WasmCore;
  readonly #plan: Plan;
  readonly #programs: Readonly<Record<PhaseName, { address: number; words: number }>>;
  readonly #order: Int32Array;
  readonly #rates: Float64Array;
  readonly #run: Int32Array;
  readonly #context: Int32Array;

  constructor(module: WasmModule, plan: Plan, examples: BatchSource) {
    this.#plan = plan;
    const programs = {
      train: encodePhase(plan, "train"),
      evaluate: encodePhase(plan, "evaluate"),
      measure: encodePhase(plan, "measure"),
    };
    const programBytes = Object.values(programs).reduce(
      (sum, program) => sum + program.byteLength + alignment,
      0,
    );
    const featureBytes = examples.features.byteLength;
    if (featureBytes > mostFeatureBytes)
      throw tooLarge("the examples", { bytes: featureBytes, most: mostFeatureBytes });
    const { partners = noPartners } = examples;
    const exampleBytes = featureBytes + examples.labels.byteLength + partners.byteLength;
    const bytes =
      programBytes +
      exampleBytes +
      8 * plan.slots.length +
      4 * (examples.labels.length + plan.arenaFloats) +
      8 * mostRates +
      16 * alignment;
    const { core, memory } = instantiate(module, bytes);
    this.#core = core;

    let next = core.__heap_base.value;
    const reserve = (byteLength: number): number => {
      const address = Math.ceil(next / alignment) * alignment;
      next = address + byteLength;
      return address;
    };
    const place = (program: Int32Array) => {
      const address = reserve(program.byteLength);
      new Int32Array(memory.buffer, address, program.length).set(program);
      return { address, words: program.length };
    };
    this.#programs = {
      train: place(programs.train),
      evaluate: place(programs.evaluate),
      measure: place(programs.measure),
    };
    this.#run = new Int32Array(memory.buffer, reserve(4 * runWords), runWords);
    this.#context = new Int32Array(memory.buffer, reserve(4 * contextWords), contextWords);
    this.slots = new Float64Array(memory.buffer, reserve(8 * plan.slots.length), plan.slots.length);
    this.#rates = new Float64Array(memory.buffer, reserve(8 * mostRates), mostRates);
    this.#order = new Int32Array(memory.buffer, reserve(4 * examples.labels.length), examples.labels.length);
    this.arena = new Float32Array(memory.buffer, reserve(4 * plan.arenaFloats), plan.arenaFloats);
    const features = reserve(examples.features.byteLength);
    const labels = reserve(examples.labels.byteLength);
    const partnersAddress = reserve(partners.byteLength);
    if (next > memory.buffer.byteLength)
      throw internalError("WebAssembly memory is smaller than its content");
    const copy = (
      { buffer, byteOffset, byteLength }: Uint8Array | Float32Array | Int32Array,
      address: number,
    ) =>
      new Uint8Array(memory.buffer, address, byteLength).set(new Uint8Array(buffer, byteOffset, byteLength));
    copy(examples.features, features);
    copy(examples.labels, labels);
    copy(partners, partnersAddress);
    this.#context.set([
      this.arena.byteOffset,
      this.slots.byteOffset,
      features,
      labels,
      this.#order.byteOffset,
    ]);
    this.#context.set([partnersAddress, partners.length], partnersWord);
  }

  execute(phase: PhaseName, { order, first, end, watchedSlot, rates }: ExecuteOptions): number {
    this.#order.set(order.subarray(first, end));
    const { address, words } = this.#programs[phase];
    const { batchSize, chunkSize } = this.#plan.phases[phase];
    if (rates !== undefined) this.#rates.set(rates.values);
    const ratesAddress = rates === undefined ? 0 : this.#rates.byteOffset;
    const slots = [watchedSlot, rates?.slot ?? -1];
    this.#run.set([address, ratesAddress, words, batchSize, chunkSize, 0, end - first, ...slots]);
    // The core moves the context's order along; it starts anew with every call.
    this.#context[4] = this.#order.byteOffset;
    return this.#core.execute(this.#run.byteOffset, this.#context.byteOffset);
  }
}
