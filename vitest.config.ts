import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: { name: "units", include: ["src/**/*.test.ts", "test/house/**/*.test.ts"] },
      },
      {
        extends: true,
        // Tests that start processes of their own have the machine to themselves, one file after the other.
        test: {
          name: "processes",
          include: ["test/**/*.test.ts"],
          exclude: ["test/house/**"],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
