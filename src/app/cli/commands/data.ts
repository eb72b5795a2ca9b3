import type { Command } from "commander";

import type { CliContext } from "../context.ts";
import { registerInfo } from "./data/info.ts";
import { registerList } from "./data/ls.ts";
import { registerPreview } from "./data/preview.ts";

export function registerData(program: Command, context: CliContext): void {
  const data = program.command("data").description("the data sets, where they are and what is in them");
  registerList(data, context);
  registerInfo(data, context);
  registerPreview(data, context);
}
