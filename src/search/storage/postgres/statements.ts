/**
 * Every statement of the store but those of files and workers.
 *
 * **One statement, one transaction.** What changes a trial compares and sets: it names the revision of the trial, or the open
 * attempt with its count of writes, as they were read, and changes nothing when they are not so any more. So nothing is held
 * between two messages, and a process that goes away leaves nothing open.
 *
 * **Order of locks.** The study's turn and row, then attempt, then trial, then what hangs on them. Whoever changes a trial's
 * state takes its study first and holds it until the commit: revisions come in the order of commits, and no two such changes
 * can wait for each other. Observations and heartbeats take their attempt's row and never a study's.
 */
import type {
  AttemptRow,
  EventRow,
  LeaseRow,
  ObservationRow,
  SeriesRow,
  StudyRow,
  StudyVersionRow,
  TestOpeningRow,
  TrialRow,
} from "../sql/rows.ts";
import { statement } from "./statement.ts";

/** Wakes those who wait for a change, at the commit. */
const notify = "pg_notify('tunesmith', '')";

/** The same for a change that many wait their turn for: it gives the turn away before it is on the disk, and `sync` follows. */
const notifyAtOnce = `${notify}, set_config('synchronous_commit', 'off', true)`;

/** A lease belongs to an attempt. */
const selectTrial = `SELECT trial.id, study_id, number, state, trial.attempt, worker, lease_expires_at, created_at,
    trial.started_at, finished_at, duration_ms, objective_value, seed, parameters, document, result, trial.reason,
    measured, origin, revision, lease_ms, labels, attempt.started_at AS begun_at
  FROM tunesmith.trial LEFT JOIN tunesmith.attempt ON trial_id = trial.id AND ended_at IS NULL`;

const selectStudy = `study.id, name, study_version.definition, study.created_at, stop_requested, study.version, ended
  FROM tunesmith.study JOIN tunesmith.study_version
    ON study_version.study_id = study.id AND study_version.version = study.version`;

/** Appends `@events` to the log; `change` has the revision of the last of them. */
const logEvents = (change: string) => `
  INSERT INTO tunesmith.event (study_id, sequence, time, data)
  SELECT @study_id::bigint, revision - cardinality(@events::text[]) + ordinal, @now::bigint, data::json
  FROM ${change}, unnest(@events::text[]) WITH ORDINALITY AS given (data, ordinal)`;

/** Gives the study the revision of the change. */
const countRevision = `
  UPDATE tunesmith.study SET revision = changed.revision FROM changed WHERE study.id = @study_id`;

/**
 * The turn to change the study's trials, held until the commit. A lock of the row alone is not enough: a statement that has
 * waited for the row, locked its new version and then updates it begins at the version that it saw first, where the next in the
 * queue holds what it needs.
 */
const turn = `pg_advisory_xact_lock(1416982117, @study_id::integer) IS NOT NULL`;

const lockStudy = `
  SELECT revision + 1 AS revision FROM tunesmith.study WHERE id = @study_id AND ${turn} FOR NO KEY UPDATE`;

/** What of a trial an attempt changes; `@parameters` and `@document` are null when they stay. */
const setTrial = `revision = locked.revision, state = @state, attempt = @attempt, started_at = @started_at,
    finished_at = @finished_at, duration_ms = @duration_ms, objective_value = @objective_value,
    result = @result, reason = @reason, measured = @measured,
    parameters = coalesce(@parameters, parameters), document = coalesce(@document, document)`;

const givenObservations = `given AS MATERIALIZED (
  SELECT * FROM unnest(@metric_ids::integer[], @steps::bigint[], @times::bigint[], @observed::float8[])
    AS given (metric_id, step, time, value)
)`;

const insertObservations = `
  INSERT INTO tunesmith.observation (trial_id, metric_id, step, attempt, time, value)
  SELECT held.trial_id, metric_id, step, held.attempt, time, value FROM held, given`;

/** Sums are made by the writer; an update costs half of an insert that may meet a row. */
const writeSeries = `summary AS MATERIALIZED (
  SELECT held.trial_id, given.* FROM held, unnest(@series_ids::integer[], @are_new::boolean[], @counts::bigint[],
    @last_steps::bigint[], @lasts::float8[], @minima::float8[], @minimum_steps::bigint[], @maxima::float8[],
    @maximum_steps::bigint[])
    AS given (metric_id, is_new, count, last_step, last, minimum, minimum_step, maximum, maximum_step)
), updated AS (
  UPDATE tunesmith.series SET count = summary.count, last_step = summary.last_step, last = summary.last,
    minimum = summary.minimum, minimum_step = summary.minimum_step, maximum = summary.maximum,
    maximum_step = summary.maximum_step
  FROM summary WHERE series.trial_id = @trial_id AND series.metric_id = summary.metric_id AND NOT is_new
), inserted AS (
  INSERT INTO tunesmith.series
    (trial_id, metric_id, count, last_step, last, minimum, minimum_step, maximum, maximum_step)
  SELECT trial_id, metric_id, count, last_step, last, minimum, minimum_step, maximum, maximum_step
  FROM summary WHERE is_new
)`;

/** Of the attempt in `held`, each beyond the last step of its curve. */
const extendCurves = `${givenObservations}, observed AS (${insertObservations}), ${writeSeries}`;

/** Of the attempt in `held`; what was there at those steps goes, and what earlier attempts reported from the first of them on. */
const replaceCurves = `${givenObservations}, succeeded AS (
  DELETE FROM tunesmith.observation
  USING held, (SELECT metric_id, min(step) AS first_step FROM given GROUP BY metric_id) AS replaced
  WHERE observation.trial_id = @trial_id AND observation.metric_id = replaced.metric_id
    AND observation.step >= first_step AND observation.attempt < held.attempt
    AND (observation.metric_id, observation.step) NOT IN (SELECT metric_id, step FROM given)
), observed AS (${insertObservations}
  ON CONFLICT (trial_id, metric_id, step) DO UPDATE
    SET attempt = excluded.attempt, time = excluded.time, value = excluded.value
), ${writeSeries}`;

interface OfStudy {
  readonly study_id: number;
}

/** Events as JSON, in their order; the last has the revision of what is changed. */
export interface Logged extends OfStudy {
  readonly events: readonly string[];
  readonly now: number;
}

export interface LeaseParameters {
  readonly trial_id: number;
  readonly attempt: number;
}

/** Columns of the rows to write, one array each. */
export interface ObservationParameters {
  /** How often the attempt has written before; null where that does not matter. */
  readonly writes: number | null;
  readonly metric_ids: readonly number[];
  readonly steps: readonly number[];
  readonly times: readonly number[];
  readonly observed: readonly number[];
  readonly series_ids: readonly number[];
  /** Curves without a sum yet. */
  readonly are_new: readonly boolean[];
  readonly counts: readonly number[];
  readonly last_steps: readonly number[];
  readonly lasts: readonly number[];
  readonly minima: readonly (number | null)[];
  readonly minimum_steps: readonly (number | null)[];
  readonly maxima: readonly (number | null)[];
  readonly maximum_steps: readonly (number | null)[];
}

type TrialAsSet = Omit<
  TrialRow,
  | "id"
  | "study_id"
  | "number"
  | "worker"
  | "lease_expires_at"
  | "lease_ms"
  | "created_at"
  | "seed"
  | "origin"
  | "revision"
  | "labels"
  | "parameters"
  | "document"
> & { readonly parameters: string | null; readonly document: string | null };

type ChangedTrial = Logged & TrialAsSet & { readonly trial_id: number };

/** A trial with the open attempt that runs it. */
export type HeldRow = TrialRow & {
  readonly worker: string;
  readonly lease_expires_at: number;
  readonly begun_at: number;
};

interface Revision {
  readonly revision: number;
}

export const insertStudy = statement<
  { name: string; definition: string; max_trials: number; now: number; event: string },
  { id: number }
>(
  "insert_study",
  `WITH created AS (
     INSERT INTO tunesmith.study (name, created_at, revision, max_trials)
     SELECT @name::text, @now::bigint, 1, @max_trials::bigint
     WHERE NOT EXISTS (SELECT FROM tunesmith.study WHERE name = @name)
     ON CONFLICT (name) DO NOTHING RETURNING id
   ), versioned AS (
     INSERT INTO tunesmith.study_version (study_id, version, created_at, note, definition)
     SELECT id, 1, @now::bigint, '', @definition::json FROM created
   ), logged AS (
     INSERT INTO tunesmith.event (study_id, sequence, time, data) SELECT id, 1, @now::bigint, @event::json FROM created
   )
   SELECT id, ${notify} FROM created`,
);

/** One row also when there is no such study. */
export const studyByName = statement<
  { name: string },
  { schema_version: number } & ({ [K in keyof StudyRow]: null } | StudyRow)
>(
  "study_by_name",
  `SELECT store.version AS schema_version, found.* FROM tunesmith.store
   LEFT JOIN (SELECT ${selectStudy}) AS found ON found.name = @name`,
);
export const studies = statement<object, StudyRow>("studies", `SELECT ${selectStudy} ORDER BY study.id`);
export const studyNames = statement<object, { name: string }>(
  "study_names",
  "SELECT name FROM tunesmith.study ORDER BY id",
);
export const versionsOfStudy = statement<OfStudy, StudyVersionRow>(
  "versions",
  `SELECT version, definition, created_at, note FROM tunesmith.study_version
   WHERE study_id = @study_id ORDER BY version`,
);

/** Appends events that change nothing else. */
export const logAlone = statement<Logged, Revision>(
  "log_alone",
  `WITH changed AS (
     UPDATE tunesmith.study SET revision = revision + cardinality(@events::text[]) WHERE id = @study_id AND ${turn} RETURNING revision
   ), logged AS (${logEvents("changed")})
   SELECT revision, ${notify} FROM changed`,
);
export const setStopRequested = statement<Logged & { stop_requested: number }, Revision>(
  "set_stop_requested",
  `WITH changed AS (
     UPDATE tunesmith.study SET stop_requested = @stop_requested, revision = revision + 1
     WHERE id = @study_id AND stop_requested <> @stop_requested AND ${turn} RETURNING revision
   ), logged AS (${logEvents("changed")})
   SELECT revision, ${notify} FROM changed`,
);
export const endStudy = statement<Logged & { version: number; ended: string }, Revision>(
  "end_study",
  `WITH changed AS (
     UPDATE tunesmith.study SET ended = @ended, revision = revision + 1
     WHERE id = @study_id AND version = @version AND ended IS NULL AND ${turn} RETURNING revision
   ), logged AS (${logEvents("changed")})
   SELECT revision, ${notify} FROM changed`,
);
/** Logs the first of the events, and the second when the study had ended. */
export const reviseStudy = statement<
  Logged & { version: number; definition: string; note: string; max_trials: number },
  Omit<StudyRow, "definition">
>(
  "revise_study",
  `WITH locked AS (
     SELECT id, CASE WHEN ended IS NULL THEN 1 ELSE 2 END AS events FROM tunesmith.study
     WHERE id = @study_id AND ${turn} FOR NO KEY UPDATE
   ), changed AS (
     UPDATE tunesmith.study SET version = version + 1, revision = revision + locked.events, ended = NULL,
       max_trials = @max_trials
     FROM locked WHERE study.id = locked.id AND version = @version AND trials <= @max_trials::bigint
     RETURNING study.id, name, created_at, stop_requested, version, ended, revision, events
   ), versioned AS (
     INSERT INTO tunesmith.study_version (study_id, version, created_at, note, definition)
     SELECT id, version, @now::bigint, @note::text, @definition::json FROM changed
   ), logged AS (
     INSERT INTO tunesmith.event (study_id, sequence, time, data)
     SELECT id, revision - events + ordinal, @now::bigint, data::json
     FROM changed, unnest(@events::text[]) WITH ORDINALITY AS given (data, ordinal) WHERE ordinal <= events
   )
   SELECT id, name, created_at, stop_requested, version, ended, ${notify} FROM changed`,
);

/**
 * Creates the trial when the number is the study's next one, the current definition allows so many, and the study has not
 * ended or a person asked for it; with an attempt when a worker is given.
 */
export const insertTrial = statement<
  Logged & { asked_for: number } & Omit<
      TrialRow,
      | "id"
      | "study_id"
      | "revision"
      | "created_at"
      | "finished_at"
      | "duration_ms"
      | "objective_value"
      | "result"
      | "reason"
      | "measured"
    >,
  { id: number; revision: number }
>(
  "insert_trial",
  `WITH changed AS (
     UPDATE tunesmith.study SET trials = trials + 1, revision = revision + cardinality(@events::text[])
     WHERE id = @study_id AND trials = @number AND trials < max_trials AND (ended IS NULL OR @asked_for::integer = 1)
       AND ${turn}
     RETURNING revision
   ), created AS (
     INSERT INTO tunesmith.trial (study_id, number, revision, created_at, started_at, duration_ms, attempt, state,
       seed, labels, parameters, document, origin)
     SELECT @study_id::bigint, @number::bigint, revision, @now::bigint, @started_at::bigint, 0, @attempt::integer,
       @state::text, @seed::text, @labels::json, @parameters::json, @document::json, @origin::json FROM changed
     RETURNING id, revision
   ), begun AS (
     INSERT INTO tunesmith.attempt (trial_id, attempt, worker, started_at, lease_ms, lease_expires_at)
     SELECT id, @attempt::integer, @worker::text, @now::bigint, @lease_ms::bigint, @lease_expires_at::bigint
     FROM created WHERE @worker::text IS NOT NULL
   ), logged AS (${logEvents("changed")})
   SELECT id, revision, ${notifyAtOnce} FROM created`,
);

/** Trials to begin an attempt of, one array each: as they were when they were read, and as they would be. */
export interface CandidateParameters {
  readonly trial_ids: readonly number[];
  readonly seen: readonly number[];
  readonly attempts: readonly number[];
  readonly started_at: readonly (number | null)[];
  /** Of each, its event as JSON. */
  readonly data: readonly string[];
}

/**
 * Begins an attempt of the first of the trials that is still as it was at the revision seen. While the study's row is waited
 * for, others may take some: a row that has changed since is passed over when it is locked.
 */
export const beginAttempt = statement<
  OfStudy & CandidateParameters & { now: number; worker: string; lease_ms: number; lease_expires_at: number },
  { id: number; revision: number }
>(
  "begin_attempt",
  `WITH locked AS MATERIALIZED (${lockStudy}),
   chosen AS MATERIALIZED (
     SELECT trial.id, candidate.attempt, candidate.started_at, data, locked.revision FROM locked,
       unnest(@trial_ids::bigint[], @seen::bigint[], @attempts::integer[], @started_at::bigint[], @data::text[])
         WITH ORDINALITY AS candidate (id, seen, attempt, started_at, data, place)
       JOIN tunesmith.trial ON trial.id = candidate.id AND trial.revision = seen
     ORDER BY place LIMIT 1 FOR NO KEY UPDATE OF trial
   ), changed AS (
     UPDATE tunesmith.trial SET revision = chosen.revision, state = 'running', attempt = chosen.attempt,
       started_at = chosen.started_at, reason = NULL
     FROM chosen WHERE trial.id = chosen.id RETURNING trial.id, trial.revision
   ), begun AS (
     INSERT INTO tunesmith.attempt (trial_id, attempt, worker, started_at, lease_ms, lease_expires_at)
     SELECT id, attempt, @worker::text, @now::bigint, @lease_ms::bigint, @lease_expires_at::bigint FROM chosen
   ), counted AS (${countRevision}),
   logged AS (
     INSERT INTO tunesmith.event (study_id, sequence, time, data)
     SELECT @study_id::bigint, revision, @now::bigint, data::json FROM chosen
   )
   SELECT id, revision, ${notifyAtOnce} FROM changed`,
);

/** Changes a trial that nobody runs and that is still as it was at that revision. */
export const changeTrial = statement<ChangedTrial & { seen: number }, Revision>(
  "change_trial",
  `WITH locked AS (${lockStudy}),
   changed AS (
     UPDATE tunesmith.trial SET ${setTrial} FROM locked
     WHERE id = @trial_id AND trial.revision = @seen RETURNING trial.revision
   ), counted AS (${countRevision}),
   logged AS (${logEvents("changed")})
   SELECT revision, ${notify} FROM changed`,
);

/**
 * Ends an attempt that runs; while it does, its trial is as it was when it began.
 *
 * @param lease_seen the end of its lease as it must stand; null where that does not matter
 */
const endAttempt = (name: string, writeCurves: string) =>
  statement<ChangedTrial & ObservationParameters & { lease_seen: number | null; ended_at: number }, Revision>(
    name,
    `WITH locked AS (${lockStudy}),
     held AS (
       UPDATE tunesmith.attempt SET ended_at = @ended_at, outcome = @state, reason = @reason FROM locked
       WHERE trial_id = @trial_id AND attempt = @attempt AND ended_at IS NULL
         AND (@writes::bigint IS NULL OR writes = @writes)
         AND (@lease_seen::bigint IS NULL OR lease_expires_at = @lease_seen)
       RETURNING trial_id, attempt
     ), changed AS (
       UPDATE tunesmith.trial SET ${setTrial} FROM locked, held WHERE id = @trial_id RETURNING trial.revision
     ), counted AS (${countRevision}),
     logged AS (${logEvents("changed")}),
     ${writeCurves}
     SELECT revision, ${notifyAtOnce} FROM changed`,
  );
export const endAttemptExtending = endAttempt("end_attempt_extending", extendCurves);
export const endAttemptReplacing = endAttempt("end_attempt_replacing", replaceCurves);

/** The fence, the lease and the observations in one message: what a worker sends for each epoch. */
const appendObservations = (name: string, writeCurves: string) =>
  statement<LeaseParameters & ObservationParameters & { now: number }, LeaseParameters>(
    name,
    `WITH held AS (
       UPDATE tunesmith.attempt SET lease_expires_at = @now + lease_ms, writes = writes + 1
       WHERE trial_id = @trial_id AND attempt = @attempt AND ended_at IS NULL AND writes = @writes
       RETURNING trial_id, attempt
     ), ${writeCurves}
     SELECT trial_id, attempt FROM held`,
  );
export const appendExtending = appendObservations("append_extending", extendCurves);
export const appendReplacing = appendObservations("append_replacing", replaceCurves);

/** Waits until all that was committed before is on the disk: whoever syncs at the same moment shares one write. */
export const sync = statement<object, object>(
  "sync",
  "SELECT pg_logical_emit_message(true, 'tunesmith', '')",
);

/** A heartbeat that is lost with the server's last moments is sent again, so it need not wait for the disk. */
export const renewLease = statement<LeaseParameters & { now: number }, object>(
  "renew_lease",
  `UPDATE tunesmith.attempt SET lease_expires_at = @now + lease_ms
   WHERE trial_id = @trial_id AND attempt = @attempt AND ended_at IS NULL
   RETURNING set_config('synchronous_commit', 'off', true)`,
);

/** How often an attempt that runs has written, and the curves of its trial; one row at least. */
export const heldCurves = statement<
  LeaseParameters,
  { study_id: number; writes: number } & ({ [K in keyof SeriesRow]: null } | SeriesRow)
>(
  "held_curves",
  `SELECT trial.study_id, writes, series.*, metric.name AS metric FROM tunesmith.attempt
   JOIN tunesmith.trial ON trial.id = attempt.trial_id
   LEFT JOIN tunesmith.series ON series.trial_id = trial.id
   LEFT JOIN tunesmith.metric ON metric.id = metric_id
   WHERE attempt.trial_id = @trial_id AND attempt.attempt = @attempt AND ended_at IS NULL`,
);
export const heldTrial = statement<LeaseParameters, HeldRow>(
  "held_trial",
  `${selectTrial} WHERE trial.id = @trial_id AND trial.attempt = @attempt AND state = 'running'`,
);
export const leasedTrial = statement<LeaseParameters & { lease_seen: number }, HeldRow>(
  "leased_trial",
  `${selectTrial}
   WHERE trial.id = @trial_id AND trial.attempt = @attempt AND lease_expires_at = @lease_seen AND state = 'running'`,
);
/** Of those that ask for no label but these, a JSON array. */
export const lowestWaiting = statement<OfStudy & { labels: string; limit: number }, TrialRow>(
  "lowest_waiting",
  `${selectTrial} WHERE study_id = @study_id AND state = 'waiting'
     AND (labels IS NULL OR labels::jsonb <@ @labels::jsonb)
   ORDER BY number LIMIT @limit`,
);
export const leases = statement<OfStudy, LeaseRow>(
  "leases",
  `SELECT trial.id, number, trial.attempt, worker, lease_ms, lease_expires_at FROM tunesmith.trial
   JOIN tunesmith.attempt ON trial_id = trial.id AND ended_at IS NULL
   WHERE study_id = @study_id AND state = 'running' ORDER BY number`,
);
/** Whose write is refused. */
export const attemptOfTrial = statement<LeaseParameters, OfStudy & { number: number; worker: string }>(
  "attempt_of_trial",
  `SELECT study_id, number, attempt.worker FROM tunesmith.attempt JOIN tunesmith.trial ON trial.id = trial_id
   WHERE trial_id = @trial_id AND attempt.attempt = @attempt`,
);
export const lockOfStudy = statement<OfStudy, Revision>("lock_of_study", lockStudy);
export const trialsOfWorker = statement<OfStudy & { worker: string }, HeldRow>(
  "trials_of_worker",
  `${selectTrial} WHERE study_id = @study_id AND state = 'running' AND worker = @worker ORDER BY number`,
);
/** Nobody renews their leases until the commit. */
export const lockAttemptsOfWorker = statement<OfStudy & { worker: string }, object>(
  "lock_attempts_of_worker",
  `SELECT trial_id FROM tunesmith.attempt JOIN tunesmith.trial ON trial.id = trial_id
   WHERE study_id = @study_id AND worker = @worker AND ended_at IS NULL FOR UPDATE OF attempt`,
);
export const pausedTrial = statement<OfStudy & { number: number }, TrialRow>(
  "paused_trial",
  `${selectTrial} WHERE study_id = @study_id AND number = @number AND state = 'paused'`,
);
export const trialByNumber = statement<OfStudy & { number: number }, TrialRow>(
  "trial_by_number",
  `${selectTrial} WHERE study_id = @study_id AND number = @number`,
);
export const trialsSince = statement<OfStudy & { after: number }, TrialRow>(
  "trials_since",
  `${selectTrial} WHERE study_id = @study_id AND revision > @after ORDER BY number`,
);
export const trialCount = statement<OfStudy, { count: number }>(
  "trial_count",
  "SELECT trials AS count FROM tunesmith.study WHERE id = @study_id",
);
export const countByState = statement<OfStudy, { state: string; count: number }>(
  "count_by_state",
  "SELECT state, count(*) AS count FROM tunesmith.trial WHERE study_id = @study_id GROUP BY state",
);
export const attempts = statement<{ trial_id: number }, AttemptRow>(
  "attempts",
  `SELECT trial_id, attempt, worker, started_at, ended_at, outcome, reason FROM tunesmith.attempt
   WHERE trial_id = @trial_id ORDER BY attempt`,
);

/** The names come sorted, so that two who insert the same ones meet in the same order. */
export const insertMetrics = statement<OfStudy & { names: readonly string[] }, object>(
  "insert_metrics",
  `INSERT INTO tunesmith.metric (study_id, name)
   SELECT @study_id::bigint, name FROM unnest(@names::text[]) AS given (name)
   WHERE NOT EXISTS (SELECT FROM tunesmith.metric WHERE metric.study_id = @study_id AND metric.name = given.name)
   ORDER BY name COLLATE "C" ON CONFLICT DO NOTHING`,
);
export const metricIds = statement<OfStudy, { id: number; name: string }>(
  "metric_ids",
  "SELECT id, name FROM tunesmith.metric WHERE study_id = @study_id",
);

const selectObservations = `SELECT metric.name AS metric, step, observation.attempt, time, value
  FROM tunesmith.observation JOIN tunesmith.metric ON metric.id = metric_id`;

export const observations = statement<{ trial_id: number }, ObservationRow>(
  "observations",
  `${selectObservations} WHERE trial_id = @trial_id ORDER BY metric.name, step`,
);
export const observationsOfMetric = statement<{ trial_id: number; metric: string }, ObservationRow>(
  "observations_of_metric",
  `${selectObservations} JOIN tunesmith.trial ON trial.id = trial_id AND trial.study_id = metric.study_id
   WHERE trial_id = @trial_id AND metric.name = @metric ORDER BY step`,
);
export const seriesOfStudy = statement<OfStudy, SeriesRow>(
  "series_of_study",
  `SELECT series.*, metric.name AS metric FROM tunesmith.trial
   JOIN tunesmith.series ON series.trial_id = trial.id
   JOIN tunesmith.metric ON metric.id = series.metric_id
   WHERE trial.study_id = @study_id ORDER BY trial.number, metric.name`,
);

export const openingCount = statement<OfStudy, { count: number }>(
  "opening_count",
  "SELECT coalesce(max(ordinal), 0) AS count FROM tunesmith.test_opening WHERE study_id = @study_id",
);
export const insertOpening = statement<Omit<TestOpeningRow, "trial_number">, object>(
  "insert_opening",
  `INSERT INTO tunesmith.test_opening
     (study_id, ordinal, trial_id, opened_at, examples, purpose, content_hash, metrics, result)
   VALUES (@study_id, @ordinal, @trial_id, @opened_at, @examples, @purpose, @content_hash, @metrics, @result)`,
);
export const openings = statement<OfStudy, TestOpeningRow>(
  "openings",
  `SELECT test_opening.*, trial.number AS trial_number FROM tunesmith.test_opening
   JOIN tunesmith.trial ON trial.id = trial_id
   WHERE test_opening.study_id = @study_id ORDER BY ordinal`,
);

/** @param limit null for all */
export const events = statement<OfStudy & { after: number; limit: number | null }, EventRow>(
  "events",
  `SELECT sequence, time, data FROM tunesmith.event
   WHERE study_id = @study_id AND sequence > @after ORDER BY sequence LIMIT @limit`,
);
