import type { Migration } from "./migration.ts";

/**
 * What a search remembers beside its results. A trial's revision counts the changes of its study's trials, heartbeats and
 * observations left out: whoever knows a study up to a revision asks for what is newer. `measured` holds values beside
 * the main objective's as JSON. Versions of a definition are kept from the first change on.
 */
export const search: Migration = {
  name: "search",
  sql: `
ALTER TABLE study ADD COLUMN version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1);
ALTER TABLE study ADD COLUMN ended TEXT CHECK (ended IS NULL OR json_valid(ended));

CREATE TABLE study_version (
  study_id INTEGER NOT NULL REFERENCES study (id),
  version INTEGER NOT NULL CHECK (version >= 1),
  definition TEXT NOT NULL CHECK (json_valid(definition)),
  created_at INTEGER NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (study_id, version)
) STRICT, WITHOUT ROWID;

ALTER TABLE trial ADD COLUMN measured TEXT CHECK (measured IS NULL OR json_valid(measured));
ALTER TABLE trial ADD COLUMN origin TEXT CHECK (origin IS NULL OR json_valid(origin));
ALTER TABLE trial ADD COLUMN revision INTEGER NOT NULL DEFAULT 0 CHECK (revision >= 0);

CREATE INDEX trial_by_revision ON trial (study_id, revision);
`,
};
