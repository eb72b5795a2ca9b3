/**
 * What code a worker runs. A store is data: whoever may write to it must not thereby run programs on every machine that
 * serves it. So a study's own program and own modules run where the study was started from their file, and elsewhere only
 * what the person who starts the worker has listed.
 */
import { existsSync } from "node:fs";
import { resolve } from "node:path";

import { canonicalJson, TunesmithError } from "../../base/index.ts";
import type { StudyDefinition } from "../../search/trial/index.ts";
import { configOf, isCommandDocument, type CommandDocument } from "../spec/index.ts";
import { isSameFile, refusalOf, type AllowedProgram } from "./allowed-programs.ts";
import { expandArguments } from "./command/expand-arguments.ts";
import { interpreterOn } from "./command/program-environment.ts";

export interface AllowedCode {
  /** Its command and modules are allowed, and no other study's. */
  readonly own: StudyDefinition | null;
  readonly programs: readonly AllowedProgram[];
}

export class Permission {
  readonly #allowed: AllowedCode;

  constructor(allowed: AllowedCode) {
    this.#allowed = allowed;
  }

  /** The study's callbacks and data sources. @throws CODE_NOT_ALLOWED */
  async checkModules({ name, callbacks, sources }: StudyDefinition): Promise<void> {
    const { own, programs } = this.#allowed;
    for (const file of new Set([callbacks?.file, sources?.file])) {
      if (file === undefined || file === own?.callbacks?.file || file === own?.sources?.file) continue;
      if (await isSameFile(resolve(file), programs)) continue;
      throw notAllowed(name, `to import ${file}, which has code of its author`, file);
    }
  }

  /** The command line that a trial, or a study's base document, gives. @throws CODE_NOT_ALLOWED */
  async checkCommand(study: string, document: CommandDocument): Promise<void> {
    const { own, programs } = this.#allowed;
    if (own !== null && isCommandOf(own, document)) return;
    const { command } = document;
    const words = expandArguments(command, {
      config: configOf(document),
      configFile: "config.json",
      env: process.env,
      texts: {},
      interpreter: await interpreterOn(process.env, command),
      envProgram: process.platform === "win32" || !existsSync(envProgram) ? null : envProgram,
    });
    const refusal = await refusalOf(words, { ...command, programs });
    if (refusal !== undefined) throw notAllowed(study, refusal.what, refusal.wanted);
  }
}

const envProgram = "/usr/bin/env";

function isCommandOf({ baseDocument }: StudyDefinition, { command }: CommandDocument): boolean {
  if (!isCommandDocument(baseDocument)) return false;
  return canonicalJson(baseDocument.command) === canonicalJson(command);
}

function notAllowed(study: string, what: string, wanted: string | null): TunesmithError {
  return new TunesmithError("CODE_NOT_ALLOWED", {
    message: `study \`${study}\`: this worker is not allowed ${what}.`,
    hint:
      wanted === null
        ? "Run such a study by `tunesmith run FILE` where its file is."
        : `Start it with \`--allow-commands ${wanted}\` when you trust everybody who can write to the store with that.`,
    facts: { study },
  });
}
