import type { Migration } from "./migration.ts";

/**
 * What workers of several machines need. A study's revision is the sequence of its last event; of stores from before there
 * was a log it goes on from the last change of a trial. Whoever ran a trial under a lease of more than a day asked for it
 * by hand; all others renew theirs.
 *
 * Observations lie in the order in which they come: an epoch of fifty metrics changes two pages in place of fifty.
 */
export const sharedWork: Migration = {
  name: "shared-work",
  sql: `
ALTER TABLE study ADD COLUMN revision INTEGER NOT NULL DEFAULT 0 CHECK (revision >= 0);
UPDATE study SET revision = (SELECT coalesce(max(revision), 0) FROM trial WHERE study_id = study.id);

ALTER TABLE trial ADD COLUMN lease_ms INTEGER CHECK (lease_ms >= 1);
UPDATE trial SET lease_ms = CASE WHEN lease_expires_at - started_at > 86400000 THEN 31536000000 ELSE 15000 END
  WHERE state = 'running';
ALTER TABLE trial ADD COLUMN labels TEXT CHECK (labels IS NULL OR json_valid(labels));

CREATE TABLE observation_by_step (
  trial_id INTEGER NOT NULL REFERENCES trial (id),
  metric_id INTEGER NOT NULL REFERENCES metric (id),
  step INTEGER NOT NULL CHECK (step >= 1),
  attempt INTEGER NOT NULL,
  time INTEGER NOT NULL,
  value REAL,
  non_finite TEXT CHECK (non_finite IN ('NaN', 'Infinity', '-Infinity')),
  PRIMARY KEY (trial_id, step, metric_id),
  CHECK ((value IS NULL) <> (non_finite IS NULL))
) STRICT, WITHOUT ROWID;
INSERT INTO observation_by_step SELECT trial_id, metric_id, step, attempt, time, value, non_finite
  FROM observation ORDER BY trial_id, step, metric_id;
DROP TABLE observation;
ALTER TABLE observation_by_step RENAME TO observation;

CREATE TABLE event (
  study_id INTEGER NOT NULL REFERENCES study (id),
  sequence INTEGER NOT NULL CHECK (sequence >= 1),
  time INTEGER NOT NULL,
  data TEXT NOT NULL CHECK (json_valid(data)),
  PRIMARY KEY (study_id, sequence)
) STRICT;
CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'an event is never changed'); END;
CREATE TRIGGER event_is_never_forgotten BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'an event is never forgotten'); END;

CREATE TABLE study_file (
  study_id INTEGER NOT NULL REFERENCES study (id),
  name TEXT NOT NULL,
  written_at INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (study_id, name)
) STRICT;

CREATE TABLE worker (
  name TEXT NOT NULL PRIMARY KEY,
  version TEXT NOT NULL,
  labels TEXT NOT NULL CHECK (json_valid(labels)),
  started_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  drain_requested INTEGER NOT NULL DEFAULT 0 CHECK (drain_requested IN (0, 1))
) STRICT, WITHOUT ROWID;
`,
};
