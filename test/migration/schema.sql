-- schema version 4, application id 1416982117

CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'an event is never changed'); END;

CREATE TRIGGER event_is_never_forgotten BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'an event is never forgotten'); END;

CREATE TRIGGER test_opening_is_never_changed BEFORE UPDATE ON test_opening
BEGIN SELECT RAISE(ABORT, 'an opening of the test split is never changed'); END;

CREATE TRIGGER test_opening_is_never_forgotten BEFORE DELETE ON test_opening
BEGIN SELECT RAISE(ABORT, 'an opening of the test split is never forgotten'); END;

CREATE TABLE attempt (
  trial_id INTEGER NOT NULL REFERENCES trial (id),
  attempt INTEGER NOT NULL CHECK (attempt >= 1),
  worker TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  outcome TEXT CHECK (outcome IN ('waiting', 'paused', 'completed', 'stopped', 'failed')),
  reason TEXT CHECK (reason IS NULL OR json_valid(reason)),
  PRIMARY KEY (trial_id, attempt)
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
  study_id INTEGER NOT NULL REFERENCES study (id),
  sequence INTEGER NOT NULL CHECK (sequence >= 1),
  time INTEGER NOT NULL,
  data TEXT NOT NULL CHECK (json_valid(data)),
  PRIMARY KEY (study_id, sequence)
) STRICT;

CREATE TABLE metric (
  id INTEGER PRIMARY KEY,
  study_id INTEGER NOT NULL REFERENCES study (id),
  name TEXT NOT NULL,
  UNIQUE (study_id, name)
) STRICT;

CREATE TABLE "observation" (
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

CREATE TABLE series (
  trial_id INTEGER NOT NULL REFERENCES trial (id),
  metric_id INTEGER NOT NULL REFERENCES metric (id),
  count INTEGER NOT NULL CHECK (count >= 1),
  last_step INTEGER NOT NULL,
  last REAL,
  last_non_finite TEXT CHECK (last_non_finite IN ('NaN', 'Infinity', '-Infinity')),
  minimum REAL,
  minimum_step INTEGER,
  maximum REAL,
  maximum_step INTEGER,
  PRIMARY KEY (trial_id, metric_id),
  CHECK ((last IS NULL) <> (last_non_finite IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE study (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  definition TEXT NOT NULL CHECK (json_valid(definition)),
  created_at INTEGER NOT NULL,
  stop_requested INTEGER NOT NULL DEFAULT 0 CHECK (stop_requested IN (0, 1))
, version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1), ended TEXT CHECK (ended IS NULL OR json_valid(ended)), revision INTEGER NOT NULL DEFAULT 0 CHECK (revision >= 0)) STRICT;

CREATE TABLE study_file (
  study_id INTEGER NOT NULL REFERENCES study (id),
  name TEXT NOT NULL,
  written_at INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (study_id, name)
) STRICT;

CREATE TABLE study_version (
  study_id INTEGER NOT NULL REFERENCES study (id),
  version INTEGER NOT NULL CHECK (version >= 1),
  definition TEXT NOT NULL CHECK (json_valid(definition)),
  created_at INTEGER NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (study_id, version)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE trial (
  id INTEGER PRIMARY KEY,
  study_id INTEGER NOT NULL REFERENCES study (id),
  number INTEGER NOT NULL CHECK (number >= 0),
  state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'paused', 'completed', 'stopped', 'failed')),
  attempt INTEGER NOT NULL CHECK (attempt >= 0),
  worker TEXT,
  lease_expires_at INTEGER,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER,
  duration_ms INTEGER NOT NULL DEFAULT 0,
  objective_value REAL,
  seed TEXT NOT NULL,
  parameters TEXT NOT NULL CHECK (json_valid(parameters)),
  document TEXT NOT NULL CHECK (json_valid(document)),
  result TEXT CHECK (result IS NULL OR json_valid(result)),
  reason TEXT CHECK (reason IS NULL OR json_valid(reason)), measured TEXT CHECK (measured IS NULL OR json_valid(measured)), origin TEXT CHECK (origin IS NULL OR json_valid(origin)), revision INTEGER NOT NULL DEFAULT 0 CHECK (revision >= 0), lease_ms INTEGER CHECK (lease_ms >= 1), labels TEXT CHECK (labels IS NULL OR json_valid(labels)),
  UNIQUE (study_id, number),
  CHECK ((state = 'running') = (worker IS NOT NULL AND lease_expires_at IS NOT NULL))
) STRICT;

CREATE TABLE worker (
  name TEXT NOT NULL PRIMARY KEY,
  version TEXT NOT NULL,
  labels TEXT NOT NULL CHECK (json_valid(labels)),
  started_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  drain_requested INTEGER NOT NULL DEFAULT 0 CHECK (drain_requested IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE INDEX trial_by_objective ON trial (study_id, number, objective_value)
  WHERE state = 'completed' AND objective_value IS NOT NULL;

CREATE INDEX trial_by_revision ON trial (study_id, revision);

CREATE INDEX trial_by_state ON trial (study_id, state, number);
