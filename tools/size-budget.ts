/** Keeps files small: none above the limit, questions above a half of it, and the distribution in sight. */
import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Lines of a file. */
const limit = 800;
const questionable = 400;

const files = globSync(["{src,test,tools,bench,examples}/**/*.ts", "kernels/*.{c,h}", "bin/*.js"], {
  cwd: root,
})
  // Nobody reads what another file says shorter.
  .filter((file) => !file.includes(".generated."))
  .map((file) => ({ file, lines: readFileSync(`${root}/${file}`, "utf8").split("\n").length - 1 }))
  .toSorted((a, b) => b.lines - a.lines);

/** The number of lines that the given share of the files does not exceed. */
function quantile(share: number): number {
  return files.at(-Math.ceil(share * files.length))!.lines;
}

for (const { file, lines } of files.filter((one) => one.lines > questionable)) {
  if (lines > limit) console.error(`size: ${file} must have at most ${limit} lines, got ${lines}`);
  else console.warn(`size: ${file} has ${lines} lines; aim at 200`);
}
const total = files.reduce((sum, { lines }) => sum + lines, 0);
console.log(
  `size: ${files.length} files, ${total} lines; median ${quantile(0.5)}, p90 ${quantile(0.9)}, ` +
    `longest ${files[0]!.lines} (${files[0]!.file})`,
);
if (files[0]!.lines > limit) process.exitCode = 1;
