import { readFileSync } from "node:fs";

/** From the package that this file is part of, whether it runs from src/app/product or dist/app/product. */
export function productVersion(): string {
  const text = readFileSync(new URL("../../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
