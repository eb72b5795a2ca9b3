import { initial } from "./0001-initial.ts";
import { testOpenings } from "./0002-test-openings.ts";
import { search } from "./0003-search.ts";
import { sharedWork } from "./0004-shared-work.ts";
import type { Migration } from "./migration.ts";

/** In order: the first takes an empty file to schema version 1. A released migration is never edited. */
export const migrations: readonly Migration[] = [initial, testOpenings, search, sharedWork];
