import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { exampleData } from "../../tools/example-data.ts";

test.each(Object.entries(exampleData()))("examples/data/%s is what the tool draws", (name, bytes) => {
  const committed = readFileSync(new URL(`../../examples/data/${name}`, import.meta.url));
  expect(Buffer.compare(committed, bytes)).toBe(0);
});
