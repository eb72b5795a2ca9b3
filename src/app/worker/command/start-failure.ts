/** Why a program cannot be started, said of what is on the disk; also before it is tried. */
import { constants } from "node:fs";
import { access, open, readdir, stat } from "node:fs/promises";
import { basename, delimiter, dirname, join, resolve } from "node:path";

import { nearestName } from "../../../base/index.ts";

export interface StartOptions {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
}

/** What is wrong with the first word of a command line; undefined when nothing is to be seen. */
export async function startProblem(word: string, { folder, env }: StartOptions): Promise<string | undefined> {
  const place = await stat(folder).catch(() => undefined);
  if (place?.isDirectory() !== true) return `the folder that it runs in is not there: ${folder}`;
  if (!/[/\\]/.test(word)) {
    if (process.platform === "win32" || (await isOnPath(word, env))) return undefined;
    return `there is no program \`${word}\` on the PATH${await besideText(word, { folder, env })}`;
  }
  const path = resolve(folder, word);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) {
    const names = await readdir(dirname(path)).catch(() => []);
    const nearest = nearestName(basename(path), names);
    const slip = nearest === undefined ? "" : `; did you mean \`${join(dirname(word), nearest)}\`?`;
    return `there is no file \`${word}\` in ${folder}${slip}`;
  }
  if (found.isDirectory()) return `\`${word}\` is a folder`;
  if (!(await isExecutable(path))) {
    return `\`${word}\` is not executable: make it so by \`chmod +x ${word}\`, or name its interpreter before it`;
  }
  return interpreterProblem(path, word);
}

/** A script whose first line names what is not there looks to the system as if it were not there itself. */
async function interpreterProblem(path: string, word: string): Promise<string | undefined> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(256), 0, 256, 0);
    const [, interpreter] = /^#!\s*(\S+)/.exec(buffer.toString("latin1", 0, bytesRead)) ?? [];
    if (interpreter === undefined || (await isExecutable(interpreter))) return undefined;
    return `the first line of \`${word}\` names \`${interpreter}\`, which is not there`;
  } finally {
    await file.close();
  }
}

async function besideText(word: string, { folder, env }: StartOptions): Promise<string> {
  if ((await stat(join(folder, word)).catch(() => undefined))?.isFile() === true) {
    return `; did you mean \`./${word}\`?`;
  }
  const names = await Promise.all(pathOf(env).map((one) => readdir(one).catch(() => [])));
  const nearest = nearestName(word, names.flat());
  return nearest === undefined ? "" : `; did you mean \`${nearest}\`?`;
}

async function isOnPath(word: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  for (const place of pathOf(env)) if (await isExecutable(join(place, word))) return true;
  return false;
}

const pathOf = (env: NodeJS.ProcessEnv) =>
  (env["PATH"] ?? "").split(delimiter).filter((place) => place !== "");

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
