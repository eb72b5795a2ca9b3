SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE SCHEMA tunesmith;
CREATE FUNCTION tunesmith.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION 'a row of % is never changed or forgotten', TG_TABLE_NAME;
END
$$;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE tunesmith.attempt (
    trial_id bigint NOT NULL,
    lease_expires_at bigint NOT NULL,
    lease_ms bigint NOT NULL,
    writes bigint DEFAULT 0 NOT NULL,
    started_at bigint NOT NULL,
    ended_at bigint,
    attempt integer NOT NULL,
    worker text NOT NULL,
    outcome text,
    reason json,
    CONSTRAINT attempt_attempt_check CHECK ((attempt >= 1)),
    CONSTRAINT attempt_check CHECK (((ended_at IS NULL) = (outcome IS NULL))),
    CONSTRAINT attempt_lease_ms_check CHECK ((lease_ms >= 1)),
    CONSTRAINT attempt_outcome_check CHECK ((outcome = ANY (ARRAY['waiting'::text, 'paused'::text, 'completed'::text, 'stopped'::text, 'failed'::text])))
)
WITH (fillfactor='70');
CREATE TABLE tunesmith.event (
    study_id bigint NOT NULL,
    sequence bigint NOT NULL,
    "time" bigint NOT NULL,
    data json NOT NULL,
    CONSTRAINT event_sequence_check CHECK ((sequence >= 1))
);
CREATE TABLE tunesmith.metric (
    id integer NOT NULL,
    study_id bigint NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C"
);
ALTER TABLE tunesmith.metric ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME tunesmith.metric_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE tunesmith.observation (
    trial_id bigint NOT NULL,
    step bigint NOT NULL,
    "time" bigint NOT NULL,
    value double precision NOT NULL,
    metric_id integer NOT NULL,
    attempt integer NOT NULL,
    CONSTRAINT observation_step_check CHECK ((step >= 1))
);
CREATE TABLE tunesmith.series (
    trial_id bigint NOT NULL,
    count bigint NOT NULL,
    last_step bigint NOT NULL,
    last double precision NOT NULL,
    minimum double precision,
    minimum_step bigint,
    maximum double precision,
    maximum_step bigint,
    metric_id integer NOT NULL,
    CONSTRAINT series_count_check CHECK ((count >= 1))
)
WITH (fillfactor='70');
CREATE TABLE tunesmith.store (
    is_store boolean DEFAULT true NOT NULL,
    version integer NOT NULL,
    tables integer NOT NULL,
    CONSTRAINT store_is_store_check CHECK (is_store)
);
CREATE TABLE tunesmith.study (
    id bigint NOT NULL,
    created_at bigint NOT NULL,
    revision bigint NOT NULL,
    trials bigint DEFAULT 0 NOT NULL,
    max_trials bigint NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    stop_requested smallint DEFAULT 0 NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    ended json,
    CONSTRAINT study_check CHECK (((trials >= 0) AND (trials <= max_trials))),
    CONSTRAINT study_revision_check CHECK ((revision >= 0)),
    CONSTRAINT study_stop_requested_check CHECK ((stop_requested = ANY (ARRAY[0, 1]))),
    CONSTRAINT study_version_check CHECK ((version >= 1))
)
WITH (fillfactor='50');
CREATE TABLE tunesmith.study_file (
    id bigint NOT NULL,
    study_id bigint NOT NULL,
    written_at bigint NOT NULL,
    size bigint NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT study_file_size_check CHECK ((size >= 0))
);
ALTER TABLE tunesmith.study_file ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME tunesmith.study_file_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE tunesmith.study_file_part (
    file_id bigint NOT NULL,
    part integer NOT NULL,
    bytes bytea NOT NULL,
    CONSTRAINT study_file_part_part_check CHECK ((part >= 0))
);
ALTER TABLE ONLY tunesmith.study_file_part ALTER COLUMN bytes SET STORAGE EXTERNAL;
ALTER TABLE tunesmith.study ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME tunesmith.study_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE tunesmith.study_version (
    study_id bigint NOT NULL,
    version integer NOT NULL,
    created_at bigint NOT NULL,
    note text NOT NULL,
    definition json NOT NULL,
    CONSTRAINT study_version_version_check CHECK ((version >= 1))
);
CREATE TABLE tunesmith.test_opening (
    study_id bigint NOT NULL,
    ordinal bigint NOT NULL,
    trial_id bigint NOT NULL,
    opened_at bigint NOT NULL,
    examples bigint NOT NULL,
    purpose text NOT NULL,
    content_hash text NOT NULL,
    metrics json NOT NULL,
    result json NOT NULL,
    CONSTRAINT test_opening_examples_check CHECK ((examples >= 1)),
    CONSTRAINT test_opening_ordinal_check CHECK ((ordinal >= 1)),
    CONSTRAINT test_opening_purpose_check CHECK ((purpose <> ''::text))
);
CREATE TABLE tunesmith.trial (
    id bigint NOT NULL,
    study_id bigint NOT NULL,
    number bigint NOT NULL,
    revision bigint NOT NULL,
    created_at bigint NOT NULL,
    started_at bigint,
    finished_at bigint,
    duration_ms bigint NOT NULL,
    objective_value double precision,
    attempt integer NOT NULL,
    state text NOT NULL,
    seed text NOT NULL,
    labels json,
    parameters json NOT NULL,
    document json NOT NULL,
    origin json,
    result json,
    reason json,
    measured json,
    CONSTRAINT trial_attempt_check CHECK ((attempt >= 0)),
    CONSTRAINT trial_number_check CHECK ((number >= 0)),
    CONSTRAINT trial_revision_check CHECK ((revision >= 1)),
    CONSTRAINT trial_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'running'::text, 'paused'::text, 'completed'::text, 'stopped'::text, 'failed'::text])))
);
ALTER TABLE tunesmith.trial ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME tunesmith.trial_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE tunesmith.worker (
    name text NOT NULL COLLATE pg_catalog."C",
    version text NOT NULL,
    labels json NOT NULL,
    started_at bigint NOT NULL,
    seen_at bigint NOT NULL,
    drain_requested smallint DEFAULT 0 NOT NULL,
    CONSTRAINT worker_drain_requested_check CHECK ((drain_requested = ANY (ARRAY[0, 1])))
);
INSERT INTO tunesmith.attempt VALUES (1, 1700000011000, 10000, 2, 1700000000000, 1700000001000, 1, 'worker of complete', 'completed', NULL);
INSERT INTO tunesmith.attempt VALUES (2, 1700000012000, 10000, 2, 1700000001000, 1700000002000, 1, 'worker of stop', 'stopped', '{"kind":"scheduler","message":"rung 1: rank 7 of 12","facts":{"rung":1}}');
INSERT INTO tunesmith.attempt VALUES (3, 1700000013000, 10000, 2, 1700000002000, 1700000003000, 1, 'worker of fail', 'failed', '{"kind":"diverged","message":"loss is NaN at step 1"}');
INSERT INTO tunesmith.attempt VALUES (5, 1700000015000, 10000, 2, 1700000004000, NULL, 1, 'worker of run', NULL, NULL);
INSERT INTO tunesmith.attempt VALUES (4, 1700000014000, 10000, 2, 1700000003000, 1700000005000, 1, 'worker of handBack', 'waiting', NULL);
INSERT INTO tunesmith.event VALUES (1, 1, 1700000000000, '{"kind":"study-created","version":1,"definition":{"name":"kept","description":"","space":{"parameters":[{"name":"training.learningRate","distribution":{"kind":"float","low":0,"high":1,"scale":"linear","step":null}}]},"sampler":{"name":"random","options":{}},"objective":{"metric":"validation/accuracy","direction":"maximize","reduce":"last"},"seed":"1","maxTrials":6,"baseDocument":{"training":{"learningRate":0.1,"epochs":2}}},"note":""}');
INSERT INTO tunesmith.event VALUES (1, 2, 1700000000000, '{"kind":"trial-created","number":0,"changes":{"state":"waiting","parameters":{"training.learningRate":0.2582641334464896},"seed":"16584239269961571584","document":{"training":{"learningRate":0.2582641334464896,"epochs":2},"seed":"16584239269961571584"},"attempt":0,"worker":null,"leaseExpiresAt":null,"leaseMs":null,"labels":[],"createdAt":1700000000000,"startedAt":null,"finishedAt":null,"durationMs":0,"objectiveValue":null,"otherValues":[],"violations":[],"origin":{"by":"sampler","sampler":"random","why":{"kind":"drawn","message":"drawn from the distributions"},"configuration":0,"replicate":0,"seen":{"revision":0,"finished":0,"pending":0}},"result":null,"reason":null}}');
INSERT INTO tunesmith.event VALUES (1, 3, 1700000000000, '{"kind":"trial-running","number":0,"changes":{"state":"running","attempt":1,"worker":"worker of complete","leaseExpiresAt":1700000010000,"leaseMs":10000,"startedAt":1700000000000}}');
INSERT INTO tunesmith.event VALUES (1, 4, 1700000001000, '{"kind":"trial-completed","number":0,"changes":{"state":"completed","worker":null,"leaseExpiresAt":null,"leaseMs":null,"finishedAt":1700000001000,"durationMs":1000,"objectiveValue":0.75,"result":{"resultHash":"0000000000000000000000000000000000000000000000000000000000000000","environment":{"backend":"reference","instructionSet":"none"},"epochs":2}}}');
INSERT INTO tunesmith.event VALUES (1, 5, 1700000001000, '{"kind":"trial-created","number":1,"changes":{"state":"waiting","parameters":{"training.learningRate":0.8586985238469693},"seed":"9604396209301891683","document":{"training":{"learningRate":0.8586985238469693,"epochs":2},"seed":"9604396209301891683"},"attempt":0,"worker":null,"leaseExpiresAt":null,"leaseMs":null,"labels":[],"createdAt":1700000001000,"startedAt":null,"finishedAt":null,"durationMs":0,"objectiveValue":null,"otherValues":[],"violations":[],"origin":{"by":"sampler","sampler":"random","why":{"kind":"drawn","message":"drawn from the distributions"},"configuration":1,"replicate":0,"seen":{"revision":4,"finished":1,"pending":0}},"result":null,"reason":null}}');
INSERT INTO tunesmith.event VALUES (1, 6, 1700000001000, '{"kind":"trial-running","number":1,"changes":{"state":"running","attempt":1,"worker":"worker of stop","leaseExpiresAt":1700000011000,"leaseMs":10000,"startedAt":1700000001000}}');
INSERT INTO tunesmith.event VALUES (1, 7, 1700000002000, '{"kind":"trial-stopped","number":1,"changes":{"state":"stopped","worker":null,"leaseExpiresAt":null,"leaseMs":null,"finishedAt":1700000002000,"durationMs":1000,"objectiveValue":0.75,"reason":{"kind":"scheduler","message":"rung 1: rank 7 of 12","facts":{"rung":1}}}}');
INSERT INTO tunesmith.event VALUES (1, 8, 1700000002000, '{"kind":"trial-created","number":2,"changes":{"state":"waiting","parameters":{"training.learningRate":0.3874802633914072},"seed":"17500105359451836116","document":{"training":{"learningRate":0.3874802633914072,"epochs":2},"seed":"17500105359451836116"},"attempt":0,"worker":null,"leaseExpiresAt":null,"leaseMs":null,"labels":[],"createdAt":1700000002000,"startedAt":null,"finishedAt":null,"durationMs":0,"objectiveValue":null,"otherValues":[],"violations":[],"origin":{"by":"sampler","sampler":"random","why":{"kind":"drawn","message":"drawn from the distributions"},"configuration":2,"replicate":0,"seen":{"revision":7,"finished":2,"pending":0}},"result":null,"reason":null}}');
INSERT INTO tunesmith.event VALUES (1, 9, 1700000002000, '{"kind":"trial-running","number":2,"changes":{"state":"running","attempt":1,"worker":"worker of fail","leaseExpiresAt":1700000012000,"leaseMs":10000,"startedAt":1700000002000}}');
INSERT INTO tunesmith.event VALUES (1, 10, 1700000003000, '{"kind":"trial-failed","number":2,"changes":{"state":"failed","worker":null,"leaseExpiresAt":null,"leaseMs":null,"finishedAt":1700000003000,"durationMs":1000,"reason":{"kind":"diverged","message":"loss is NaN at step 1"}}}');
INSERT INTO tunesmith.event VALUES (1, 11, 1700000003000, '{"kind":"trial-created","number":3,"changes":{"state":"waiting","parameters":{"training.learningRate":0.5066299335199342},"seed":"10929851887128284795","document":{"training":{"learningRate":0.5066299335199342,"epochs":2},"seed":"10929851887128284795"},"attempt":0,"worker":null,"leaseExpiresAt":null,"leaseMs":null,"labels":[],"createdAt":1700000003000,"startedAt":null,"finishedAt":null,"durationMs":0,"objectiveValue":null,"otherValues":[],"violations":[],"origin":{"by":"sampler","sampler":"random","why":{"kind":"drawn","message":"drawn from the distributions"},"configuration":3,"replicate":0,"seen":{"revision":10,"finished":3,"pending":0}},"result":null,"reason":null}}');
INSERT INTO tunesmith.event VALUES (1, 12, 1700000003000, '{"kind":"trial-running","number":3,"changes":{"state":"running","attempt":1,"worker":"worker of handBack","leaseExpiresAt":1700000013000,"leaseMs":10000,"startedAt":1700000003000}}');
INSERT INTO tunesmith.event VALUES (1, 13, 1700000004000, '{"kind":"trial-created","number":4,"changes":{"state":"waiting","parameters":{"training.learningRate":0.727612071229631},"seed":"2916711854898226149","document":{"training":{"learningRate":0.727612071229631,"epochs":2},"seed":"2916711854898226149"},"attempt":0,"worker":null,"leaseExpiresAt":null,"leaseMs":null,"labels":[],"createdAt":1700000004000,"startedAt":null,"finishedAt":null,"durationMs":0,"objectiveValue":null,"otherValues":[],"violations":[],"origin":{"by":"sampler","sampler":"random","why":{"kind":"drawn","message":"drawn from the distributions"},"configuration":4,"replicate":0,"seen":{"revision":12,"finished":3,"pending":1}},"result":null,"reason":null}}');
INSERT INTO tunesmith.event VALUES (1, 14, 1700000004000, '{"kind":"trial-running","number":4,"changes":{"state":"running","attempt":1,"worker":"worker of run","leaseExpiresAt":1700000014000,"leaseMs":10000,"startedAt":1700000004000}}');
INSERT INTO tunesmith.event VALUES (1, 15, 1700000005000, '{"kind":"trial-waiting","number":3,"changes":{"state":"waiting","worker":null,"leaseExpiresAt":null,"leaseMs":null,"durationMs":2000}}');
INSERT INTO tunesmith.event VALUES (1, 16, 1700000100000, '{"kind":"test-opened","number":0,"ordinal":1}');
INSERT INTO tunesmith.metric OVERRIDING SYSTEM VALUE VALUES (1, 1, 'train/loss');
INSERT INTO tunesmith.metric OVERRIDING SYSTEM VALUE VALUES (2, 1, 'validation/accuracy');
INSERT INTO tunesmith.observation VALUES (1, 1, 1700000001000, 0.25, 2, 1);
INSERT INTO tunesmith.observation VALUES (1, 1, 1700000001000, 'NaN', 1, 1);
INSERT INTO tunesmith.observation VALUES (1, 2, 1700000001000, 0.75, 2, 1);
INSERT INTO tunesmith.observation VALUES (1, 2, 1700000001000, 'Infinity', 1, 1);
INSERT INTO tunesmith.observation VALUES (2, 1, 1700000002000, 0.25, 2, 1);
INSERT INTO tunesmith.observation VALUES (2, 1, 1700000002000, 'NaN', 1, 1);
INSERT INTO tunesmith.observation VALUES (2, 2, 1700000002000, 0.75, 2, 1);
INSERT INTO tunesmith.observation VALUES (2, 2, 1700000002000, 'Infinity', 1, 1);
INSERT INTO tunesmith.observation VALUES (3, 1, 1700000003000, 0.25, 2, 1);
INSERT INTO tunesmith.observation VALUES (3, 1, 1700000003000, 'NaN', 1, 1);
INSERT INTO tunesmith.observation VALUES (3, 2, 1700000003000, 0.75, 2, 1);
INSERT INTO tunesmith.observation VALUES (3, 2, 1700000003000, 'Infinity', 1, 1);
INSERT INTO tunesmith.observation VALUES (4, 1, 1700000004000, 0.25, 2, 1);
INSERT INTO tunesmith.observation VALUES (4, 1, 1700000004000, 'NaN', 1, 1);
INSERT INTO tunesmith.observation VALUES (4, 2, 1700000004000, 0.75, 2, 1);
INSERT INTO tunesmith.observation VALUES (4, 2, 1700000004000, 'Infinity', 1, 1);
INSERT INTO tunesmith.observation VALUES (5, 1, 1700000005000, 0.25, 2, 1);
INSERT INTO tunesmith.observation VALUES (5, 1, 1700000005000, 'NaN', 1, 1);
INSERT INTO tunesmith.observation VALUES (5, 2, 1700000005000, 0.75, 2, 1);
INSERT INTO tunesmith.observation VALUES (5, 2, 1700000005000, 'Infinity', 1, 1);
INSERT INTO tunesmith.series VALUES (1, 2, 2, 0.75, 0.25, 1, 0.75, 2, 2);
INSERT INTO tunesmith.series VALUES (1, 2, 2, 'Infinity', NULL, NULL, NULL, NULL, 1);
INSERT INTO tunesmith.series VALUES (2, 2, 2, 0.75, 0.25, 1, 0.75, 2, 2);
INSERT INTO tunesmith.series VALUES (2, 2, 2, 'Infinity', NULL, NULL, NULL, NULL, 1);
INSERT INTO tunesmith.series VALUES (3, 2, 2, 0.75, 0.25, 1, 0.75, 2, 2);
INSERT INTO tunesmith.series VALUES (3, 2, 2, 'Infinity', NULL, NULL, NULL, NULL, 1);
INSERT INTO tunesmith.series VALUES (4, 2, 2, 0.75, 0.25, 1, 0.75, 2, 2);
INSERT INTO tunesmith.series VALUES (4, 2, 2, 'Infinity', NULL, NULL, NULL, NULL, 1);
INSERT INTO tunesmith.series VALUES (5, 2, 2, 0.75, 0.25, 1, 0.75, 2, 2);
INSERT INTO tunesmith.series VALUES (5, 2, 2, 'Infinity', NULL, NULL, NULL, NULL, 1);
INSERT INTO tunesmith.store VALUES (true, 1, 13);
INSERT INTO tunesmith.study OVERRIDING SYSTEM VALUE VALUES (1, 1700000000000, 16, 5, 6, 1, 0, 'kept', NULL);
INSERT INTO tunesmith.study_version VALUES (1, 1, 1700000000000, '', '{"name":"kept","description":"","space":{"parameters":[{"name":"training.learningRate","distribution":{"kind":"float","low":0,"high":1,"scale":"linear","step":null}}]},"sampler":{"name":"random","options":{}},"objective":{"metric":"validation/accuracy","direction":"maximize","reduce":"last"},"seed":"1","maxTrials":6,"baseDocument":{"training":{"learningRate":0.1,"epochs":2}}}');
INSERT INTO tunesmith.test_opening VALUES (1, 1, 1, 1700000100000, 2000, 'final evaluation of the winner', 'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff', '{"test/loss":0.5,"test/accuracy":0.8125}', '{"resultHash":"0000000000000000000000000000000000000000000000000000000000000000","environment":{"backend":"reference","instructionSet":"none"},"epochs":2}');
INSERT INTO tunesmith.trial OVERRIDING SYSTEM VALUE VALUES (1, 1, 0, 4, 1700000000000, 1700000000000, 1700000001000, 1000, 0.75, 1, 'completed', '16584239269961571584', NULL, '{"training.learningRate":0.2582641334464896}', '{"training":{"learningRate":0.2582641334464896,"epochs":2},"seed":"16584239269961571584"}', '{"by":"sampler","sampler":"random","why":{"kind":"drawn","message":"drawn from the distributions"},"configuration":0,"replicate":0,"seen":{"revision":0,"finished":0,"pending":0}}', '{"resultHash":"0000000000000000000000000000000000000000000000000000000000000000","environment":{"backend":"reference","instructionSet":"none"},"epochs":2}', NULL, NULL);
INSERT INTO tunesmith.trial OVERRIDING SYSTEM VALUE VALUES (2, 1, 1, 7, 1700000001000, 1700000001000, 1700000002000, 1000, 0.75, 1, 'stopped', '9604396209301891683', NULL, '{"training.learningRate":0.8586985238469693}', '{"training":{"learningRate":0.8586985238469693,"epochs":2},"seed":"9604396209301891683"}', '{"by":"sampler","sampler":"random","why":{"kind":"drawn","message":"drawn from the distributions"},"configuration":1,"replicate":0,"seen":{"revision":4,"finished":1,"pending":0}}', NULL, '{"kind":"scheduler","message":"rung 1: rank 7 of 12","facts":{"rung":1}}', NULL);
INSERT INTO tunesmith.trial OVERRIDING SYSTEM VALUE VALUES (3, 1, 2, 10, 1700000002000, 1700000002000, 1700000003000, 1000, NULL, 1, 'failed', '17500105359451836116', NULL, '{"training.learningRate":0.3874802633914072}', '{"training":{"learningRate":0.3874802633914072,"epochs":2},"seed":"17500105359451836116"}', '{"by":"sampler","sampler":"random","why":{"kind":"drawn","message":"drawn from the distributions"},"configuration":2,"replicate":0,"seen":{"revision":7,"finished":2,"pending":0}}', NULL, '{"kind":"diverged","message":"loss is NaN at step 1"}', NULL);
INSERT INTO tunesmith.trial OVERRIDING SYSTEM VALUE VALUES (5, 1, 4, 14, 1700000004000, 1700000004000, NULL, 0, NULL, 1, 'running', '2916711854898226149', NULL, '{"training.learningRate":0.727612071229631}', '{"training":{"learningRate":0.727612071229631,"epochs":2},"seed":"2916711854898226149"}', '{"by":"sampler","sampler":"random","why":{"kind":"drawn","message":"drawn from the distributions"},"configuration":4,"replicate":0,"seen":{"revision":12,"finished":3,"pending":1}}', NULL, NULL, NULL);
INSERT INTO tunesmith.trial OVERRIDING SYSTEM VALUE VALUES (4, 1, 3, 15, 1700000003000, 1700000003000, NULL, 2000, NULL, 1, 'waiting', '10929851887128284795', NULL, '{"training.learningRate":0.5066299335199342}', '{"training":{"learningRate":0.5066299335199342,"epochs":2},"seed":"10929851887128284795"}', '{"by":"sampler","sampler":"random","why":{"kind":"drawn","message":"drawn from the distributions"},"configuration":3,"replicate":0,"seen":{"revision":10,"finished":3,"pending":0}}', NULL, NULL, NULL);
SELECT pg_catalog.setval('tunesmith.metric_id_seq', 2, true);
SELECT pg_catalog.setval('tunesmith.study_file_id_seq', 1, false);
SELECT pg_catalog.setval('tunesmith.study_id_seq', 1, true);
SELECT pg_catalog.setval('tunesmith.trial_id_seq', 5, true);
ALTER TABLE ONLY tunesmith.attempt
    ADD CONSTRAINT attempt_pkey PRIMARY KEY (trial_id, attempt);
ALTER TABLE ONLY tunesmith.event
    ADD CONSTRAINT event_pkey PRIMARY KEY (study_id, sequence);
ALTER TABLE ONLY tunesmith.metric
    ADD CONSTRAINT metric_pkey PRIMARY KEY (id);
ALTER TABLE ONLY tunesmith.metric
    ADD CONSTRAINT metric_study_id_name_key UNIQUE (study_id, name);
ALTER TABLE ONLY tunesmith.observation
    ADD CONSTRAINT observation_pkey PRIMARY KEY (trial_id, metric_id, step);
ALTER TABLE ONLY tunesmith.series
    ADD CONSTRAINT series_pkey PRIMARY KEY (trial_id, metric_id);
ALTER TABLE ONLY tunesmith.store
    ADD CONSTRAINT store_pkey PRIMARY KEY (is_store);
ALTER TABLE ONLY tunesmith.study_file_part
    ADD CONSTRAINT study_file_part_pkey PRIMARY KEY (file_id, part);
ALTER TABLE ONLY tunesmith.study_file
    ADD CONSTRAINT study_file_pkey PRIMARY KEY (id);
ALTER TABLE ONLY tunesmith.study_file
    ADD CONSTRAINT study_file_study_id_name_key UNIQUE (study_id, name);
ALTER TABLE ONLY tunesmith.study
    ADD CONSTRAINT study_name_key UNIQUE (name);
ALTER TABLE ONLY tunesmith.study
    ADD CONSTRAINT study_pkey PRIMARY KEY (id);
ALTER TABLE ONLY tunesmith.study_version
    ADD CONSTRAINT study_version_pkey PRIMARY KEY (study_id, version);
ALTER TABLE ONLY tunesmith.test_opening
    ADD CONSTRAINT test_opening_pkey PRIMARY KEY (study_id, ordinal);
ALTER TABLE ONLY tunesmith.trial
    ADD CONSTRAINT trial_pkey PRIMARY KEY (id);
ALTER TABLE ONLY tunesmith.trial
    ADD CONSTRAINT trial_study_id_number_key UNIQUE (study_id, number);
ALTER TABLE ONLY tunesmith.worker
    ADD CONSTRAINT worker_pkey PRIMARY KEY (name);
CREATE UNIQUE INDEX attempt_that_runs ON tunesmith.attempt USING btree (trial_id) WHERE (ended_at IS NULL);
CREATE INDEX trial_by_revision ON tunesmith.trial USING btree (study_id, revision);
CREATE INDEX trial_by_state ON tunesmith.trial USING btree (study_id, state, number);
CREATE TRIGGER event_is_kept BEFORE DELETE OR UPDATE OR TRUNCATE ON tunesmith.event FOR EACH STATEMENT EXECUTE FUNCTION tunesmith.refuse_change();
CREATE TRIGGER test_opening_is_kept BEFORE DELETE OR UPDATE OR TRUNCATE ON tunesmith.test_opening FOR EACH STATEMENT EXECUTE FUNCTION tunesmith.refuse_change();
ALTER TABLE ONLY tunesmith.attempt
    ADD CONSTRAINT attempt_trial_id_fkey FOREIGN KEY (trial_id) REFERENCES tunesmith.trial(id);
ALTER TABLE ONLY tunesmith.event
    ADD CONSTRAINT event_study_id_fkey FOREIGN KEY (study_id) REFERENCES tunesmith.study(id);
ALTER TABLE ONLY tunesmith.metric
    ADD CONSTRAINT metric_study_id_fkey FOREIGN KEY (study_id) REFERENCES tunesmith.study(id);
ALTER TABLE ONLY tunesmith.study_file_part
    ADD CONSTRAINT study_file_part_file_id_fkey FOREIGN KEY (file_id) REFERENCES tunesmith.study_file(id) ON DELETE CASCADE;
ALTER TABLE ONLY tunesmith.study_file
    ADD CONSTRAINT study_file_study_id_fkey FOREIGN KEY (study_id) REFERENCES tunesmith.study(id);
ALTER TABLE ONLY tunesmith.study_version
    ADD CONSTRAINT study_version_study_id_fkey FOREIGN KEY (study_id) REFERENCES tunesmith.study(id);
ALTER TABLE ONLY tunesmith.test_opening
    ADD CONSTRAINT test_opening_study_id_fkey FOREIGN KEY (study_id) REFERENCES tunesmith.study(id);
ALTER TABLE ONLY tunesmith.test_opening
    ADD CONSTRAINT test_opening_trial_id_fkey FOREIGN KEY (trial_id) REFERENCES tunesmith.trial(id);
ALTER TABLE ONLY tunesmith.trial
    ADD CONSTRAINT trial_study_id_fkey FOREIGN KEY (study_id) REFERENCES tunesmith.study(id);
