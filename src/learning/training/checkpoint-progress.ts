/** What a checkpoint says in words: the epochs that are done, and how far the one under way is. */
import { z } from "zod";

import type { EpochProgress } from "./epoch-progress.ts";
import type { EpochRecord } from "./epoch-record.ts";

export interface TrainingProgress {
  readonly history: readonly EpochRecord[];
  /** Undefined between two epochs. */
  readonly underWay: EpochProgress | undefined;
}

/** JSON has no infinities, so numbers travel as text. */
const numberAsText = z.string().transform(Number);
const metrics = z.record(z.string(), numberAsText);

const historySchema = z.array(
  z.object({
    epoch: numberAsText,
    metrics,
    bestEpoch: numberAsText.exactOptional(),
    divergedAt: z.object({ step: numberAsText, layer: z.string(), message: z.string() }).exactOptional(),
    stoppedEarly: z
      .object({
        reason: z.enum(["patience", "time-limit", "divergence", "request"]),
        message: z.string(),
        isReproducible: z.boolean(),
      })
      .exactOptional(),
  }),
);

const underWaySchema = z.object({
  pass: numberAsText,
  position: numberAsText,
  steps: numberAsText,
  seconds: numberAsText,
  trainSteps: numberAsText,
  metrics,
});

export function encodeProgress({ history, underWay }: TrainingProgress): Record<string, string> {
  return {
    history: textOf(history),
    ...(underWay === undefined ? {} : { underWay: textOf(underWay) }),
  };
}

/** The inverse of `encodeProgress`; undefined for what is none. */
export function decodeProgress(metadata: Readonly<Record<string, string>>): TrainingProgress | undefined {
  const history = read(historySchema, metadata["history"] ?? "");
  if (history === undefined) return undefined;
  if (metadata["underWay"] === undefined) return { history, underWay: undefined };
  const underWay = read(underWaySchema, metadata["underWay"]);
  return underWay === undefined ? undefined : { history, underWay };
}

function textOf(value: object): string {
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === "number" ? String(part) : part));
}

function read<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema> | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
