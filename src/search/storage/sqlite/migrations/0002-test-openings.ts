import type { Migration } from "./migration.ts";

/**
 * Openings of a study's locked test split. A choice made after looking is no longer honest, so the database itself
 * refuses to change or forget one. Metrics that are not finite are kept as their names inside the JSON.
 */
export const testOpenings: Migration = {
  name: "test-openings",
  sql: `
CREATE TABLE test_opening (
  study_id INTEGER NOT NULL REFERENCES study (id),
  ordinal INTEGER NOT NULL CHECK (ordinal >= 1),
  trial_id INTEGER NOT NULL REFERENCES trial (id),
  opened_at INTEGER NOT NULL,
  purpose TEXT NOT NULL CHECK (purpose <> ''),
  content_hash TEXT NOT NULL,
  examples INTEGER NOT NULL CHECK (examples >= 1),
  metrics TEXT NOT NULL CHECK (json_valid(metrics)),
  result TEXT NOT NULL CHECK (json_valid(result)),
  PRIMARY KEY (study_id, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER test_opening_is_never_changed BEFORE UPDATE ON test_opening
BEGIN SELECT RAISE(ABORT, 'an opening of the test split is never changed'); END;

CREATE TRIGGER test_opening_is_never_forgotten BEFORE DELETE ON test_opening
BEGIN SELECT RAISE(ABORT, 'an opening of the test split is never forgotten'); END;
`,
};
