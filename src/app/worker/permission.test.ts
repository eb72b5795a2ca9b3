import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Json, Seed } from "../../base/index.ts";
import { createSpace } from "../../search/space/index.ts";
import type { StudyDefinition } from "../../search/trial/index.ts";
import type { CommandDocument } from "../spec/index.ts";
import { parseAllowedPrograms } from "./allowed-programs.ts";
import { Permission } from "./permission.ts";

let folder: string;
let path: string | undefined;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "tunesmith-permission-")));
  await mkdir(join(folder, "bin"));
  for (const name of ["python3", "tool", "other"]) {
    await writeFile(join(folder, "bin", name), "#!/bin/sh\n");
    await chmod(join(folder, "bin", name), 0o755);
  }
  await symlink(join(folder, "bin", "other"), join(folder, "bin", "alias"));
  for (const name of ["train.py", "evil.py", "study.ts"]) await writeFile(join(folder, name), "");
  path = process.env["PATH"];
  process.env["PATH"] = `${join(folder, "bin")}:/usr/bin:/bin`;
});

afterAll(async () => {
  process.env["PATH"] = path;
  await rm(folder, { recursive: true });
});

function documentOf(
  words: readonly string[],
  more: Partial<CommandDocument["command"]> = {},
): CommandDocument {
  return {
    command: {
      arguments: [...words],
      program: "train.py",
      interpreter: "python",
      folder,
      parameters: ["lr"],
      graceMs: 0,
      ...more,
    },
    lr: 1,
  };
}

function studyOf(baseDocument: Json, code: Partial<StudyDefinition> = {}): StudyDefinition {
  return {
    name: "s",
    description: "",
    space: createSpace([{ name: "lr", distribution: { kind: "categorical", values: [1, 2] } }]),
    sampler: { name: "grid", options: {} },
    objective: { metric: "loss", direction: "minimize", reduce: "last" },
    seed: "0" as Seed,
    maxTrials: 2,
    baseDocument,
    ...code,
  };
}

async function allows(list: string, document: CommandDocument): Promise<boolean> {
  const programs = await parseAllowedPrograms(list.replaceAll("./", `${folder}/`));
  return new Permission({ own: null, programs }).checkCommand("s", document).then(
    () => true,
    (error: unknown) => {
      expect(error).toMatchObject({ code: "CODE_NOT_ALLOWED", exitStatus: 3 });
      return false;
    },
  );
}

const usual = ["${env}", "${interpreter}", "${program}", "${args}"];

describe("a study's command", () => {
  test.each([
    ["python3,./train.py", usual, true],
    ["python3,./evil.py", usual, false],
    ["python3", usual, false],
    ["./train.py", usual, false],
    ["tool,./train.py", usual, false],
    ["python3,./train.py", ["python3", "-u", "train.py"], true],
    ["python3,./train.py", ["python3", "-c", "print(1)", "train.py"], false],
    ["python3,./train.py", ["python3", "-m", "train"], false],
    ["python3 -m train", ["python3", "-m", "train", "--lr=1"], true],
    ["python3 -m train", ["python3", "-m", "trainer"], false],
    ["python3,./train.py", ["env", "-S", "python3 evil.py"], false],
    ["python3,./train.py", ["env", "LD_PRELOAD=x", "python3", "train.py"], false],
    ["tool", ["tool", "${args}"], true],
    ["tool", ["./bin/tool"], true],
    ["tool", ["other"], false],
    ["other", ["alias"], false],
    ["tool", ["${lr}"], false],
    ["tool", ["nowhere"], false],
  ] as const)("with --allow-commands %s, %j: %j", async (list, words, isAllowed) => {
    expect(await allows(list, documentOf(words))).toBe(isAllowed);
  });

  test("that makes its program load others is not allowed", async () => {
    expect(await allows("tool", documentOf(["tool"], { env: { OMP_NUM_THREADS: "1" } }))).toBe(true);
    for (const name of ["PATH", "LD_PRELOAD", "PYTHONPATH", "NODE_OPTIONS", "BASH_ENV"]) {
      expect(await allows("tool", documentOf(["tool"], { env: { [name]: "x" } }))).toBe(false);
    }
  });

  test("is allowed where the study was started, as it was then", async () => {
    const permission = new Permission({ own: studyOf(documentOf(usual)), programs: [] });
    await permission.checkCommand("s", documentOf(usual));
    await expect(permission.checkCommand("s", documentOf(["tool"]))).rejects.toMatchObject({
      message: "study `s`: this worker is not allowed to run `tool`.",
      hint: "Start it with `--allow-commands tool` when you trust everybody who can write to the store with that.",
    });
  });
});

test("a study file with code is imported where it is listed, or its study was started from it", async () => {
  const file = join(folder, "study.ts");
  const study = studyOf({}, { callbacks: { file }, sources: { file } });
  const programs = await parseAllowedPrograms(file);
  await new Permission({ own: null, programs }).checkModules(study);
  await new Permission({ own: study, programs: [] }).checkModules(study);
  await new Permission({ own: null, programs: [] }).checkModules(studyOf({}));
  const other = studyOf({}, { callbacks: { file: join(folder, "train.py") } });
  await expect(new Permission({ own: other, programs: [] }).checkModules(study)).rejects.toMatchObject({
    code: "CODE_NOT_ALLOWED",
    message: `study \`s\`: this worker is not allowed to import ${file}, which has code of its author.`,
  });
});

test("a program that is nowhere cannot be allowed", async () => {
  await expect(parseAllowedPrograms("tool,trian.py")).rejects.toMatchObject({
    code: "INVALID_USAGE",
    message: "--allow-commands: expected programs on the PATH and files, got `trian.py`, which is neither.",
  });
});
