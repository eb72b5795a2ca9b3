/**
 * Who may import whom, as data. `check-rooms.ts` makes the rules of dependency-cruiser from this table, and the pure
 * rooms are those that `.oxlintrc.json` bans clocks, chance and `node:*` from.
 */
export interface Room {
  /** Other rooms that its files may import, by way of their `index.ts`. */
  readonly imports: readonly string[];
  /** Packages of `package.json` that its files may import. */
  readonly packages?: readonly string[];
  /** No `node:*`, no clock, no chance: the same in a browser and in every test. */
  readonly isPure: boolean;
}

const learning = [
  "learning/data",
  "learning/model",
  "learning/plan",
  "learning/compiler",
  "learning/runtime",
  "learning/training",
];
const search = [
  "search/space",
  "search/trial",
  "search/samplers",
  "search/schedulers",
  "search/storage",
  "search/study",
];

/** Keys are folders below `src/`. A folder that is not here may not hold code. */
export const rooms: Readonly<Record<string, Room>> = {
  base: { imports: [], packages: ["@noble/hashes"], isPure: true },

  "learning/data": { imports: ["base"], packages: ["papaparse", "sharp", "zod"], isPure: false },
  "learning/model": { imports: ["base"], packages: ["zod"], isPure: true },
  "learning/plan": { imports: ["base"], isPure: true },
  "learning/compiler": { imports: ["base", "learning/model", "learning/plan"], isPure: true },
  "learning/runtime": { imports: ["base", "learning/plan"], isPure: false },
  "learning/training": {
    imports: ["base", ...learning.filter((room) => room !== "learning/training")],
    packages: ["zod"],
    isPure: false,
  },

  "search/space": { imports: ["base"], isPure: true },
  "search/trial": { imports: ["base", "search/space"], packages: ["zod"], isPure: true },
  "search/samplers": { imports: ["base", "search/space", "search/trial"], packages: ["zod"], isPure: true },
  "search/schedulers": { imports: ["base", "search/trial"], packages: ["zod"], isPure: true },
  "search/storage": {
    imports: ["base", "search/space", "search/trial"],
    packages: ["better-sqlite3", "pg"],
    isPure: false,
  },
  "search/study": { imports: ["base", ...search.filter((room) => room !== "search/study")], isPure: true },

  "app/product": { imports: [], isPure: false },
  "app/spec": { imports: ["base", ...learning, ...search], packages: ["yaml", "zod"], isPure: false },
  "app/worker": { imports: ["base", ...learning, ...search, "app/product", "app/spec"], isPure: false },
  "app/evaluation": { imports: ["base", ...learning, ...search, "app/worker"], isPure: false },
  "app/notifications": { imports: ["base", ...search], isPure: false },
  "app/cli": {
    imports: [
      "base",
      ...learning,
      ...search,
      "app/product",
      "app/spec",
      "app/worker",
      "app/evaluation",
      "app/notifications",
    ],
    packages: ["commander", "yaml"],
    isPure: false,
  },

  testing: {
    imports: ["base", ...learning, ...search],
    packages: ["fast-check", "pg", "sharp", "vitest"],
    isPure: false,
  },
};

/** The package's public entries below `src/`: only they stand outside the rooms, and only they join several of them. */
export const entries: Readonly<Record<string, readonly string[]>> = {
  "learning/index.ts": learning,
  "search/index.ts": search,
  "app/index.ts": ["base", ...learning, ...search, "app/spec", "app/worker", "app/evaluation"],
};

/** The lock on test examples, the one door to them, and the one file that may go through it: the final evaluation. */
export const testSplit = {
  lock: "learning/data/locked-split.ts",
  door: "learning/data/open-test-split.ts",
  opener: "app/evaluation/test-trial.ts",
} as const;

/**
 * Fewer modules or imports than these mean that the checker did not read the tree: dependency-cruiser without a parser
 * that knows TypeScript finds nothing, and nothing breaks no rule.
 */
export const fewestModules = 200;
export const fewestImports = 700;
