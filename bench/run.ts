/**
 * Measures Tunesmith against its peers in one run and prints a table. Without a peer's Python (TUNESMITH_PEERS) it prints
 * Tunesmith's own figures and says what is missing.
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const python = process.env.TUNESMITH_PEERS;
const batchSizes = [32, 128, 1024];
/** Turns that Tunesmith and the peer take. */
const turns = 3;

interface Step {
  readonly microsecondsPerStep: number;
  readonly shareOfPeak: number;
}

function tunesmith<Result>(...words: string[]): Result {
  const text = execFileSync(process.execPath, [`${root}bin/tunesmith.js`, ...words, "--json"], {
    encoding: "utf8",
  });
  return JSON.parse(text) as Result;
}

/** The fastest of the peer's variants. */
function peerStep(batchSize: number): number {
  const words = [`${root}bench/peers/step.py`, "--batch-size", String(batchSize), "--rounds", "7"];
  const lines = execFileSync(python!, words, { encoding: "utf8" }).trim().split("\n");
  return Math.min(...lines.map((line) => (JSON.parse(line) as Step).microsecondsPerStep));
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

const { instructionSet, peakGflops } = tunesmith<{ instructionSet: string; peakGflops: number }>(
  "bench",
  "peak",
);
console.log(`peak of one core: ${peakGflops.toFixed(0)} GFLOP/s (${instructionSet})`);
if (python === undefined)
  console.log("no peer: set TUNESMITH_PEERS to a Python with torch (bench/README.md)");

console.log("\nmlp:784-128-64-10, Adam, one thread, microseconds per step (share of peak)");
for (const batchSize of batchSizes) {
  const own: Step[] = [];
  const peer: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    own.push(tunesmith<Step>("bench", "step", "--batch-size", String(batchSize)));
    if (python !== undefined) peer.push(peerStep(batchSize));
  }
  const wasm = tunesmith<Step>("bench", "step", "--batch-size", String(batchSize), "--backend", "wasm");
  const microseconds = median(own.map((step) => step.microsecondsPerStep));
  const share = (100 * median(own.map((step) => step.shareOfPeak))).toFixed(0);
  const line = [
    `batch ${String(batchSize).padStart(4)}`,
    `native ${microseconds.toFixed(0)} (${share} %)`,
    `wasm ${wasm.microsecondsPerStep.toFixed(0)} (${(100 * wasm.shareOfPeak).toFixed(0)} % of its own)`,
  ];
  if (peer.length > 0) {
    line.push(`PyTorch ${median(peer).toFixed(0)}`, `ratio ${(median(peer) / microseconds).toFixed(1)}`);
  }
  console.log(line.join("   "));
}

const epoch = tunesmith<{ seconds: number; samples: number; data: string }>("bench", "epoch");
console.log(`\nepoch of ${epoch.samples} images (${epoch.data}), batch 32: ${epoch.seconds.toFixed(3)} s`);
