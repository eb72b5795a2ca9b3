/** The import guard: `rooms.ts` turned into rules of dependency-cruiser, and a check that the rules saw the tree. */
import { existsSync, globSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { cruise, type ICruiseResult, type IForbiddenRuleType } from "dependency-cruiser";

import { entries, fewestImports, fewestModules, rooms, testSplit } from "./rooms.ts";

const tests = String.raw`\.test(?:-d)?\.ts$`;
const anyRoom = Object.keys(rooms).join("|");
const anyPackage = [...new Set(Object.values(rooms).flatMap(({ packages = [] }) => packages))].join("|");

export interface RoomsReport {
  /** One sentence each; none when the tree keeps the rules. */
  readonly problems: readonly string[];
  readonly modules: number;
  readonly imports: number;
}

export interface CheckRoomsOptions {
  /** The folder that holds `src/`. */
  readonly root: string;
  /** Defaults to the floors in `rooms.ts`. */
  readonly fewest?: { readonly modules: number; readonly imports: number };
}

export async function checkRooms({ root, fewest }: CheckRoomsOptions): Promise<RoomsReport> {
  const result = await cruise(["src"], {
    baseDir: root,
    // The default parser reads nothing when the only TypeScript is version 7.
    parser: "swc",
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    validate: true,
    ruleSet: { forbidden: forbidden() },
  });
  const { summary, modules } = result.output as ICruiseResult;
  const read = modules.filter(({ source }) => source.startsWith("src/"));
  const imports = read.reduce((sum, { dependencies }) => sum + dependencies.length, 0);
  const least = fewest ?? { modules: fewestModules, imports: fewestImports };
  return {
    problems: [
      ...tooFew("modules", read.length, least.modules),
      ...tooFew("imports", imports, least.imports),
      ...strayFiles(root),
      ...missingKeys(read.map(({ source }) => source)),
      ...summary.violations.map(({ rule, from, to, cycle }) => {
        const path = cycle === undefined ? to : cycle.map(({ name }) => name).join(" -> ");
        return `${rule.name}: ${from} -> ${path}`;
      }),
    ],
    modules: read.length,
    imports,
  };
}

function tooFew(what: string, found: number, fewest: number): string[] {
  if (found >= fewest) return [];
  return [`the checker must read at least ${fewest} ${what}, got ${found}: it does not see the tree.`];
}

/** Code in a folder that the table does not name is under no rule. */
function strayFiles(root: string): string[] {
  const isKnown = (file: string) =>
    Object.hasOwn(entries, file) || Object.keys(rooms).some((room) => file.startsWith(`${room}/`));
  return globSync("**/*.ts", { cwd: join(root, "src") })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => !isKnown(file))
    .map((file) => `no room: src/${file} must be in a room of tools/rooms.ts`)
    .concat(
      Object.keys(rooms)
        .filter((room) => !existsSync(join(root, "src", room)))
        .map((room) => `no such folder: tools/rooms.ts names src/${room}`),
    );
}

/** A rule about a file that was renamed would guard nothing. */
function missingKeys(sources: readonly string[]): string[] {
  return Object.entries(testSplit)
    .filter(([, file]) => !sources.includes(`src/${file}`))
    .map(([part, file]) => `no such file: tools/rooms.ts names src/${file} as the test split's ${part}`);
}

function forbidden(): IForbiddenRuleType[] {
  return [
    ...Object.entries(rooms).flatMap(([room, { imports, packages = [] }]) => [
      {
        name: `what ${room} may import`,
        severity: "error" as const,
        from: { path: `^src/${room}/`, pathNot: tests },
        to: { path: "^src/", pathNot: `^src/(?:${[room, ...imports].join("|")})/` },
      },
      {
        name: `which packages ${room} may import`,
        severity: "error" as const,
        from: { path: `^src/${room}/`, pathNot: tests },
        to: {
          path: `(?:^|node_modules/)(?:${anyPackage})(?:/|$)`,
          pathNot:
            packages.length === 0 ? "^src/" : `^src/|(?:^|node_modules/)(?:${packages.join("|")})(?:/|$)`,
        },
      },
    ]),
    ...Object.entries(entries).map(([entry, imports]) => ({
      name: `what ${entry} may import`,
      severity: "error" as const,
      from: { path: `^src/${entry}$` },
      to: { path: "^src/", pathNot: `^src/(?:${imports.join("|")})/index\\.ts$` },
    })),
    {
      name: "across rooms by the index",
      severity: "error",
      from: { path: `^src/(${anyRoom})/`, pathNot: tests },
      // The door has a rule of its own.
      to: {
        path: "^src/",
        pathNot: ["^src/$1/", `^src/(?:${anyRoom})/index\\.ts$`, `^src/${testSplit.door}$`],
      },
    },
    {
      name: "the test kit is for tests",
      severity: "error",
      from: { path: "^src/", pathNot: ["^src/testing/", tests] },
      to: { path: "^src/testing/" },
    },
    {
      name: "the test split is locked",
      severity: "error",
      from: { pathNot: "^src/learning/data/" },
      to: { path: `^src/${testSplit.lock}$` },
    },
    {
      name: "only the final evaluation opens the test split",
      severity: "error",
      from: { pathNot: ["^src/learning/data/", `^src/${testSplit.opener}$`] },
      to: { path: `^src/${testSplit.door}$` },
    },
    { name: "no cycles", severity: "error", from: {}, to: { circular: true } },
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { problems, modules, imports } = await checkRooms({
    root: fileURLToPath(new URL("..", import.meta.url)),
  });
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
  else console.log(`rooms: ${modules} modules and ${imports} imports keep the table in tools/rooms.ts`);
}
