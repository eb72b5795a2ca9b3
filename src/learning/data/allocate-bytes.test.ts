import { expect, test } from "vitest";

import { allocateBytes } from "./allocate-bytes.ts";

test("memory that is there is given, and what is not is refused with what needed it", () => {
  expect(allocateBytes(3, "x")).toEqual(new Uint8Array(3));
  expect(() => allocateBytes(2 ** 50, "IDX file `a`")).toThrow(
    expect.objectContaining({
      code: "INVALID_DATA",
      message: expect.stringMatching(/^IDX file `a`: 1\.05e\+6 GiB must fit into memory, got /),
      hint: expect.stringMatching(/fewer or smaller examples/),
    }),
  );
});
