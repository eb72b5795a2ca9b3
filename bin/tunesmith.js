#!/usr/bin/env node
// Starts the command line under Node 24 or later: in this process when it is one, else in the binary of the `node`
// package, which `npm install` puts beside this package. Written for any Node that knows ES modules.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import * as nodeModule from "node:module";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const oldestMajor = 24;
const main = new URL("../dist/app/cli/main.js", import.meta.url);

if (!existsSync(main)) {
  fail(
    `${fileURLToPath(main)} is missing: the package is not built.`,
    "Run `npm run build` in the package's folder.",
  );
} else if (Number(process.versions.node.split(".")[0]) >= oldestMajor) {
  nodeModule.enableCompileCache();
  // Images are decoded on Node's own threads, four unless this is set before the first of them starts.
  process.env.UV_THREADPOOL_SIZE ??= String(Math.max(4, availableParallelism()));
  await import(main.href);
} else {
  startUnder(newerNode());
}

function newerNode() {
  try {
    const folder = dirname(nodeModule.createRequire(import.meta.url).resolve("node/package.json"));
    const binary = join(folder, "bin", process.platform === "win32" ? "node.exe" : "node");
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

function startUnder(binary) {
  if (binary === undefined) {
    fail(
      `Node ${oldestMajor} or later is needed, got ${process.versions.node}.`,
      `Install Node ${oldestMajor}, or its package beside this one: npm install node@${oldestMajor}`,
    );
    return;
  }
  const child = spawn(binary, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: "inherit",
    env: { ...process.env, TUNESMITH_LAUNCHER: "1" },
  });
  child.on("error", (error) =>
    fail(`${binary} does not start: ${error.message}`, `Install Node ${oldestMajor}.`),
  );
  // A terminal's Ctrl-C reaches both processes; the child takes what comes twice at once for one.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code ?? 70);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function fail(message, hint) {
  process.stderr.write(`error: ${message}\nhint: ${hint}\n`);
  process.exitCode = 70;
}
