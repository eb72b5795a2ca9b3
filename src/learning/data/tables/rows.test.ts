import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { readRows } from "./rows.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunesmith-rows-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function read(text: string, delimiter = ",") {
  const path = join(folder, "rows.csv");
  await writeFile(path, text);
  const rows: (readonly string[])[] = [];
  const lines: number[] = [];
  const file = { path, sizeBytes: (await stat(path)).size };
  for await (const batch of readRows(file, { delimiter, what: "reading" })) {
    rows.push(...batch.rows);
    lines.push(...batch.lines);
  }
  return { rows, lines };
}

describe("readRows", () => {
  test("quoted cells hold delimiters, line ends and doubled quotes", async () => {
    expect(await read('a,"b,c"\n"d\ne","f ""g"""\nh,i')).toEqual({
      rows: [
        ["a", "b,c"],
        ["d\ne", 'f "g"'],
        ["h", "i"],
      ],
      lines: [1, 2, 4],
    });
  });

  test("a byte order mark is no part of the first cell", async () => {
    expect((await read("\uFEFFa,b\n1,2\n")).rows[0]).toEqual(["a", "b"]);
  });

  test.each(["\n", "\r\n", "\r"])("lines may end in %j", async (end) => {
    const { rows, lines } = await read(`a,"b"${end}"1 ",2${end}${end}3,"4"${end}`);
    const cells = rows.map((row) => row.map((cell) => cell.trim()));
    expect(cells).toEqual([
      ["a", "b"],
      ["1", "2"],
      ["3", "4"],
    ]);
    expect(lines).toEqual([1, 2, 4]);
  });

  test("rows that lie across pieces of the file come out whole, with characters of several bytes", async () => {
    const expected = Array.from({ length: 60_000 }, (_, i) => [`${i}`, `"é\n€${i}😀"`, "x".repeat(i % 37)]);
    const text = expected.map(([a, b, c]) => `${a};"${b!.replaceAll('"', '""')}";${c}`).join("\r\n");
    expect(Buffer.byteLength(text)).toBeGreaterThan(2 ** 21);
    const { rows, lines } = await read(text, ";");
    expect(rows.map(([a, b, c]) => [a, b, c!.trim()])).toEqual(expected);
    expect(lines).toEqual(expected.map((_, i) => 1 + 2 * i));
  });

  test("what is written by the rules is read back", async () => {
    const cell = fc.string({ unit: fc.constantFrom("a", "1", '"', ",", "\n", " ", "é"), maxLength: 6 });
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 2 }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const text = rows.map((row) => row.map(quoted).join(",")).join("\n");
        expect((await read(text)).rows).toEqual(rows);
      }),
      { numRuns: 60 },
    );
  });

  test("a quote that is never closed ends the reading long before the file does", async () => {
    const text = `a,b\n1,"2\n${"3,4\n".repeat(6_000_000)}`;
    await expect(read(text)).rejects.toMatchObject({
      code: "INVALID_DATA",
      message: expect.stringContaining("line 2: a quoted cell must end"),
    });
  });
});
