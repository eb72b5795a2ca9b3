import { expect, test, vi } from "vitest";

import { decoderVersion, loadSharp } from "./load-sharp.ts";

test("the decoder's version is told without loading it", () => {
  expect(decoderVersion()).toMatch(/^sharp \d+\.\d+\.\d+$/);
});

test("a decoder that does not load says so with the way out", async () => {
  vi.doMock("sharp", () => {
    throw new Error('Could not load the "sharp" module using the linux-x64 runtime\nmore lines');
  });
  await expect(loadSharp()).rejects.toMatchObject({
    code: "DECODER_UNAVAILABLE",
    message: expect.stringMatching(/`sharp`, which decodes them, must load, got: \S/),
    hint: expect.stringMatching(/npm install .*sharp/),
  });
  vi.doUnmock("sharp");
});
