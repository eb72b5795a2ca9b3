import { expect, test } from "vitest";

import { cacheFolder } from "./cache-folder.ts";

const surroundings = { platform: "linux", env: {}, home: "/home/ada" };

test("the cache is the platform's own", () => {
  expect(cacheFolder(surroundings)).toBe("/home/ada/.cache/tunesmith");
  expect(cacheFolder({ ...surroundings, platform: "darwin" })).toBe("/home/ada/Library/Caches/tunesmith");
  const windows = { ...surroundings, platform: "win32", env: { LOCALAPPDATA: "/local" } };
  expect(cacheFolder(windows)).toBe("/local/tunesmith/cache");
});

test("XDG_CACHE_HOME decides when it is an absolute path", () => {
  expect(cacheFolder({ ...surroundings, env: { XDG_CACHE_HOME: "/fast" } })).toBe("/fast/tunesmith");
  expect(cacheFolder({ ...surroundings, env: { XDG_CACHE_HOME: "fast" } })).toBe(
    "/home/ada/.cache/tunesmith",
  );
  expect(cacheFolder({ ...surroundings, env: { XDG_CACHE_HOME: "" } })).toBe("/home/ada/.cache/tunesmith");
});

test("without arguments it is a folder of this machine's user", () => {
  expect(cacheFolder()).toMatch(/tunesmith/);
});
