import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { format } from "prettier";

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Hands the task to `NAME.py` and writes task and answer to `test/golden/NAME.json`. */
export async function writeGolden(name: string, task: object): Promise<void> {
  const answer = execFileSync(process.env["PYTHON"] ?? "python3", [pathOf(`${name}.py`)], {
    input: JSON.stringify(task),
    encoding: "utf8",
    maxBuffer: 64 * 1024 ** 2,
  });
  const golden = {
    about: `Written by tools/golden/${name}.ts. Do not edit.`,
    ...task,
    ...(JSON.parse(answer) as object),
  };
  const text = await format(JSON.stringify(golden), { parser: "json", printWidth: 110 });
  writeFileSync(pathOf(`../../test/golden/${name}.json`), text);
}
