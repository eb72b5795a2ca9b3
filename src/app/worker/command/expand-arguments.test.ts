import { describe, expect, test } from "vitest";

import type { CommandSettings } from "../../spec/index.ts";
import { expandArguments } from "./expand-arguments.ts";

const config = {
  lr: 0.1,
  amp: true,
  fused: false,
  clip: null,
  name: "a b",
  hidden: [64, "x's", true],
  optimizer: { kind: "sgd", nested: { momentum: 0.9 } },
};

function expand(words: readonly string[], command: Partial<CommandSettings> = {}) {
  return expandArguments(
    {
      arguments: [...words],
      program: "train.py",
      interpreter: "python",
      folder: "/work",
      parameters: Object.keys(config),
      graceMs: 0,
      ...command,
    },
    {
      config,
      configFile: "/store/config.json",
      env: { DATA: "/data set", TRAP: "${lr}" },
      texts: { trial: "4", metrics_file: "/store/m.csv", lr: "never" },
      interpreter: "python3",
      envProgram: "/usr/bin/env",
    },
  );
}

const flags = [
  "--lr=0.1",
  "--amp=True",
  "--fused=False",
  "--clip=None",
  "--name=a b",
  `--hidden=[64, "x's", True]`,
  "--optimizer={'kind': 'sgd', 'nested': {'momentum': 0.9}}",
];

describe("macros that are words of their own", () => {
  test.each([
    ["${env}", ["/usr/bin/env"]],
    ["${interpreter}", ["python3"]],
    ["${program}", ["train.py"]],
    ["${args}", flags],
    ["${args_no_hyphens}", flags.map((flag) => flag.slice(2))],
    ["${args_no_boolean_flags}", ["--lr=0.1", "--amp", ...flags.slice(3)]],
    ["${args_json}", [JSON.stringify(config)]],
    ["${args_json_file}", ["/store/config.json"]],
    ["${lr}", ["0.1"]],
    ["${metrics_file}", ["/store/m.csv"]],
    ["${unknown}", []],
  ])("%s", (word, expected) => {
    expect(expand([word])).toEqual(expected);
  });

  test("${args_no_equals} gives two words each", () => {
    expect(expand(["${args_no_equals}"]).slice(0, 4)).toEqual(["--lr", "0.1", "--amp", "True"]);
  });

  test("a study without a program has no word for it", () => {
    expect(expand(["${program}"], { program: null })).toEqual([]);
  });
});

describe("inside a word", () => {
  test.each([
    ["--data=${envvar:DATA}/x", "--data=/data set/x"],
    ["${envvar:DATA}", "/data set"],
    ["${envvar:MISSING}", "MISSING"],
    ["--rate=${lr}", "--rate=0.1"],
    ["--out=${metrics_file}.${trial}", "--out=/store/m.csv.4"],
    ["--all=${args}", "--all=${args}"],
    ["$HOME; rm -rf *", "$HOME; rm -rf *"],
    ["${envvar:TRAP}", "${lr}"],
  ])("%s", (word, expected) => {
    expect(expand([word])).toEqual([expected]);
  });
});
