import type { Migration } from "./migration.ts";

/**
 * JSON is `json`, which keeps the text as it was written. Text sorts by its bytes, as it does in SQLite.
 *
 * What changes with every epoch is kept apart from what is wide: a lease stands with its attempt, and a definition with its
 * version, so that a heartbeat or a counted event rewrites a narrow row. Observations and series have no foreign keys:
 * they are written only beside an attempt that is there, and two checks a row would cost more than the row.
 */
export const initial: Migration = {
  name: "initial",
  sql: `
DO $$ BEGIN
  -- An administrator may have made it for somebody who may not.
  IF to_regnamespace('tunesmith') IS NULL THEN CREATE SCHEMA tunesmith; END IF;
END $$;

CREATE TABLE tunesmith.store (
  is_store boolean PRIMARY KEY DEFAULT true CHECK (is_store),
  version integer NOT NULL,
  tables integer NOT NULL
);
INSERT INTO tunesmith.store (version, tables) VALUES (0, 0);

CREATE TABLE tunesmith.study (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  created_at bigint NOT NULL,
  revision bigint NOT NULL CHECK (revision >= 0),
  trials bigint NOT NULL DEFAULT 0,
  max_trials bigint NOT NULL,
  version integer NOT NULL DEFAULT 1 CHECK (version >= 1),
  stop_requested smallint NOT NULL DEFAULT 0 CHECK (stop_requested IN (0, 1)),
  name text COLLATE "C" NOT NULL UNIQUE,
  ended json,
  CHECK (trials BETWEEN 0 AND max_trials)
) WITH (fillfactor = 50);

CREATE TABLE tunesmith.study_version (
  study_id bigint NOT NULL REFERENCES tunesmith.study,
  version integer NOT NULL CHECK (version >= 1),
  created_at bigint NOT NULL,
  note text NOT NULL,
  definition json NOT NULL,
  PRIMARY KEY (study_id, version)
);

CREATE TABLE tunesmith.trial (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  study_id bigint NOT NULL REFERENCES tunesmith.study,
  number bigint NOT NULL CHECK (number >= 0),
  revision bigint NOT NULL CHECK (revision >= 1),
  created_at bigint NOT NULL,
  started_at bigint,
  finished_at bigint,
  duration_ms bigint NOT NULL,
  objective_value double precision,
  attempt integer NOT NULL CHECK (attempt >= 0),
  state text NOT NULL CHECK (state IN ('waiting', 'running', 'paused', 'completed', 'stopped', 'failed')),
  seed text NOT NULL,
  labels json,
  parameters json NOT NULL,
  document json NOT NULL,
  origin json,
  result json,
  reason json,
  measured json,
  UNIQUE (study_id, number)
);
CREATE INDEX trial_by_state ON tunesmith.trial (study_id, state, number);
CREATE INDEX trial_by_revision ON tunesmith.trial (study_id, revision);

CREATE TABLE tunesmith.attempt (
  trial_id bigint NOT NULL REFERENCES tunesmith.trial,
  lease_expires_at bigint NOT NULL,
  lease_ms bigint NOT NULL CHECK (lease_ms >= 1),
  writes bigint NOT NULL DEFAULT 0,
  started_at bigint NOT NULL,
  ended_at bigint,
  attempt integer NOT NULL CHECK (attempt >= 1),
  worker text NOT NULL,
  outcome text CHECK (outcome IN ('waiting', 'paused', 'completed', 'stopped', 'failed')),
  reason json,
  PRIMARY KEY (trial_id, attempt),
  CHECK ((ended_at IS NULL) = (outcome IS NULL))
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX attempt_that_runs ON tunesmith.attempt (trial_id) WHERE ended_at IS NULL;

CREATE TABLE tunesmith.metric (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  study_id bigint NOT NULL REFERENCES tunesmith.study,
  name text COLLATE "C" NOT NULL,
  UNIQUE (study_id, name)
);

CREATE TABLE tunesmith.observation (
  trial_id bigint NOT NULL,
  step bigint NOT NULL CHECK (step >= 1),
  time bigint NOT NULL,
  value double precision NOT NULL,
  metric_id integer NOT NULL,
  attempt integer NOT NULL,
  PRIMARY KEY (trial_id, metric_id, step)
);

CREATE TABLE tunesmith.series (
  trial_id bigint NOT NULL,
  count bigint NOT NULL CHECK (count >= 1),
  last_step bigint NOT NULL,
  last double precision NOT NULL,
  minimum double precision,
  minimum_step bigint,
  maximum double precision,
  maximum_step bigint,
  metric_id integer NOT NULL,
  PRIMARY KEY (trial_id, metric_id)
) WITH (fillfactor = 70);

CREATE TABLE tunesmith.event (
  study_id bigint NOT NULL REFERENCES tunesmith.study,
  sequence bigint NOT NULL CHECK (sequence >= 1),
  time bigint NOT NULL,
  data json NOT NULL,
  PRIMARY KEY (study_id, sequence)
);

CREATE TABLE tunesmith.test_opening (
  study_id bigint NOT NULL REFERENCES tunesmith.study,
  ordinal bigint NOT NULL CHECK (ordinal >= 1),
  trial_id bigint NOT NULL REFERENCES tunesmith.trial,
  opened_at bigint NOT NULL,
  examples bigint NOT NULL CHECK (examples >= 1),
  purpose text NOT NULL CHECK (purpose <> ''),
  content_hash text NOT NULL,
  metrics json NOT NULL,
  result json NOT NULL,
  PRIMARY KEY (study_id, ordinal)
);

CREATE FUNCTION tunesmith.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a row of % is never changed or forgotten', TG_TABLE_NAME;
END
$$;
CREATE TRIGGER event_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON tunesmith.event
  FOR EACH STATEMENT EXECUTE FUNCTION tunesmith.refuse_change();
CREATE TRIGGER test_opening_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON tunesmith.test_opening
  FOR EACH STATEMENT EXECUTE FUNCTION tunesmith.refuse_change();

CREATE TABLE tunesmith.study_file (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  study_id bigint NOT NULL REFERENCES tunesmith.study,
  written_at bigint NOT NULL,
  size bigint NOT NULL CHECK (size >= 0),
  name text COLLATE "C" NOT NULL,
  UNIQUE (study_id, name)
);
CREATE TABLE tunesmith.study_file_part (
  file_id bigint NOT NULL REFERENCES tunesmith.study_file ON DELETE CASCADE,
  part integer NOT NULL CHECK (part >= 0),
  bytes bytea NOT NULL,
  PRIMARY KEY (file_id, part)
);

ALTER TABLE tunesmith.study_file_part ALTER bytes SET STORAGE EXTERNAL;

CREATE TABLE tunesmith.worker (
  name text COLLATE "C" PRIMARY KEY,
  version text NOT NULL,
  labels json NOT NULL,
  started_at bigint NOT NULL,
  seen_at bigint NOT NULL,
  drain_requested smallint NOT NULL DEFAULT 0 CHECK (drain_requested IN (0, 1))
);
`,
};
