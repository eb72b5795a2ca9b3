import { z } from "zod";

import { internalError } from "../../../base/index.ts";
import { defineSourceKind } from "./source.ts";

/** A source that is an object of a TypeScript study file: documents hold its name, processes get the object by options. */
export const custom = defineSourceKind({
  schema: z.strictObject({
    kind: z.literal("custom"),
    /** The source's own `name`. */
    name: z.string().min(1).max(200),
  }),
  source: ({ name }) => {
    throw internalError(`the custom source ${name} was looked for among the built-in kinds`);
  },
});
