import type { Json } from "../../base/index.ts";

export function plainJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
