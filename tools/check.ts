/** Everything that needs no test run: each check is also a script of its own, `npm run check:NAME`. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const { scripts } = JSON.parse(readFileSync(`${root}/package.json`, "utf8")) as {
  scripts: Record<string, string>;
};

let failures = 0;
for (const [script, command] of Object.entries(scripts)) {
  if (!script.startsWith("check:")) continue;
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(command, {
    cwd: root,
    shell: true,
    encoding: "utf8",
    env: { ...process.env, PATH: `${root}/node_modules/.bin:${process.env["PATH"]}` },
  });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${status === 0 ? "ok    " : "FAILED"} ${script} (${seconds} s)`);
  if (status !== 0) {
    failures += 1;
    console.log(`${stdout}${stderr}`.trimEnd());
  }
}
if (failures > 0) process.exitCode = 1;
