/** Every SQL statement of the store, prepared once for each connection. */
import type { Database } from "better-sqlite3";

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
  WorkerRow,
} from "../sql/rows.ts";

export type Statements = ReturnType<typeof prepareStatements>;

type Value = number | string | null;

/** Few enough that a handful of metrics is written row by row, as fast. */
const rowsInBlock = 10;

/** What is used of a prepared statement. */
export interface Prepared<P extends unknown[], R = never> {
  run(...parameters: P): { readonly lastInsertRowid: number | bigint };
  get(...parameters: P): R | undefined;
  all(...parameters: P): R[];
}

export function prepareStatements(database: Database) {
  const rows = <P extends unknown[], R = never>(sql: string): Prepared<P, R> => database.prepare<P, R>(sql);
  const scalar = <P extends unknown[], R>(sql: string): Prepared<P, R> => database.prepare<P, R>(sql).pluck();
  /** Rows of so many columns, many in one statement: what each costs is mostly its call. */
  const blocks = (insert: string, columns: number): ((values: readonly Value[]) => void) => {
    const place = `(${Array.from({ length: columns }, () => "?").join(", ")})`;
    const prepare = (count: number) =>
      database.prepare<Value[]>(`${insert} VALUES ${Array.from({ length: count }, () => place).join(", ")}`);
    const [many, one] = [prepare(rowsInBlock), prepare(1)];
    return (values) => {
      for (let at = 0; at < values.length;) {
        const isWhole = values.length - at >= rowsInBlock * columns;
        const end = at + (isWhole ? rowsInBlock : 1) * columns;
        (isWhole ? many : one).run(...values.slice(at, end));
        at = end;
      }
    };
  };
  const observationColumns = "metric.name AS metric, step, observation.attempt, time, value, non_finite";
  return {
    insertStudy: rows<[string, string, number], StudyRow>(
      "INSERT INTO study (name, definition, created_at) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING RETURNING *",
    ),
    studyByName: rows<[string], StudyRow>("SELECT * FROM study WHERE name = ?"),
    studies: rows<[], StudyRow>("SELECT * FROM study ORDER BY id"),
    studyNames: scalar<[], string>("SELECT name FROM study ORDER BY id"),
    reviseStudy: rows<[string, number, number], StudyRow>(
      "UPDATE study SET definition = ?, version = version + 1, ended = NULL WHERE id = ? AND version = ? RETURNING *",
    ),
    studyById: rows<[number], StudyRow>("SELECT * FROM study WHERE id = ?"),
    insertVersion: rows<[number, number, string, number, string]>(
      `INSERT INTO study_version (study_id, version, definition, created_at, note) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
    ),
    versions: rows<[number], StudyVersionRow>(
      "SELECT version, definition, created_at, note FROM study_version WHERE study_id = ? ORDER BY version",
    ),
    /** Gives the study only when that changes something. */
    endStudy: scalar<[string, number, number], number>(
      "UPDATE study SET ended = ? WHERE id = ? AND version = ? AND ended IS NULL RETURNING id",
    ),
    /** Gives the study only when that changes something. */
    setStopRequested: scalar<[number, number, number], number>(
      "UPDATE study SET stop_requested = ? WHERE id = ? AND stop_requested <> ? RETURNING id",
    ),
    nextRevision: scalar<[number], number>(
      "UPDATE study SET revision = revision + 1 WHERE id = ? RETURNING revision",
    ),
    /** Another sum after each change of a study or trial. */
    changeMark: scalar<[], number>("SELECT coalesce(sum(revision), 0) FROM study"),
    insertEvent: rows<[number, number, number, string]>(
      "INSERT INTO event (study_id, sequence, time, data) VALUES (?, ?, ?, ?)",
    ),
    events: rows<[number, number, number], EventRow>(
      "SELECT sequence, time, data FROM event WHERE study_id = ? AND sequence > ? ORDER BY sequence LIMIT ?",
    ),

    insertTrial: rows<[Omit<TrialRow, "id">], number>(
      `INSERT INTO trial (study_id, number, state, attempt, worker, lease_expires_at, created_at, started_at,
         finished_at, duration_ms, objective_value, seed, parameters, document, result, reason, measured, origin,
         revision, lease_ms, labels)
       VALUES (@study_id, @number, @state, @attempt, @worker, @lease_expires_at, @created_at, @started_at,
         @finished_at, @duration_ms, @objective_value, @seed, @parameters, @document, @result, @reason, @measured,
         @origin, @revision, @lease_ms, @labels)`,
    ),
    // What a trial is (number, seed, origin, labels) is written once and has no statement that changes it.
    updateTrial: rows<[TrialRow]>(
      `UPDATE trial SET state = @state, attempt = @attempt, worker = @worker, lease_expires_at = @lease_expires_at,
         started_at = @started_at, finished_at = @finished_at, duration_ms = @duration_ms,
         objective_value = @objective_value, result = @result, reason = @reason, measured = @measured,
         revision = @revision, parameters = @parameters, document = @document, lease_ms = @lease_ms
       WHERE id = @id`,
    ),
    /** The fence: gives the study only when the trial is running under that attempt. */
    renewLease: scalar<[number, number, number], number>(
      `UPDATE trial SET lease_expires_at = ? + lease_ms WHERE id = ? AND attempt = ? AND state = 'running'
       RETURNING study_id`,
    ),
    heldTrial: rows<[number, number], TrialRow>(
      "SELECT * FROM trial WHERE id = ? AND attempt = ? AND state = 'running'",
    ),
    /** Of those that ask for no label but these, a JSON array. */
    lowestWaiting: rows<[number, string], TrialRow>(
      `SELECT * FROM trial WHERE study_id = ? AND state = 'waiting' AND (labels IS NULL OR NOT EXISTS (
         SELECT 1 FROM json_each(labels) WHERE value NOT IN (SELECT value FROM json_each(?))))
       ORDER BY number LIMIT 1`,
    ),
    leases: rows<[number], LeaseRow>(
      `SELECT id, number, attempt, worker, lease_ms, lease_expires_at FROM trial
       WHERE study_id = ? AND state = 'running' ORDER BY number`,
    ),
    leasedTrial: rows<[number, number, number], TrialRow>(
      "SELECT * FROM trial WHERE id = ? AND attempt = ? AND lease_expires_at = ? AND state = 'running'",
    ),
    /** Whose write is refused. */
    attemptOfTrial: rows<[number, number], { study_id: number; number: number; worker: string }>(
      `SELECT study_id, number, attempt.worker FROM attempt JOIN trial ON trial.id = trial_id
       WHERE trial_id = ? AND attempt.attempt = ?`,
    ),
    trialsOfWorker: rows<[number, string], TrialRow>(
      "SELECT * FROM trial WHERE study_id = ? AND state = 'running' AND worker = ? ORDER BY number",
    ),
    pausedTrial: rows<[number, number], TrialRow>(
      "SELECT * FROM trial WHERE study_id = ? AND number = ? AND state = 'paused'",
    ),
    trialsSince: rows<[number, number], TrialRow>(
      "SELECT * FROM trial WHERE study_id = ? AND revision > ? ORDER BY number",
    ),
    trialCount: scalar<[number], number>("SELECT coalesce(max(number) + 1, 0) FROM trial WHERE study_id = ?"),
    countByState: rows<[number], { state: string; count: number }>(
      "SELECT state, count(*) AS count FROM trial WHERE study_id = ? GROUP BY state",
    ),
    trialByNumber: rows<[number, number], TrialRow>("SELECT * FROM trial WHERE study_id = ? AND number = ?"),
    trials: rows<[number], TrialRow>("SELECT * FROM trial WHERE study_id = ? ORDER BY number"),

    insertAttempt: rows<[AttemptRow]>(
      `INSERT INTO attempt (trial_id, attempt, worker, started_at, ended_at, outcome, reason)
       VALUES (@trial_id, @attempt, @worker, @started_at, @ended_at, @outcome, @reason)`,
    ),
    updateAttempt: rows<[AttemptRow]>(
      `UPDATE attempt SET ended_at = @ended_at, outcome = @outcome, reason = @reason
       WHERE trial_id = @trial_id AND attempt = @attempt`,
    ),
    attempt: rows<[number, number], AttemptRow>("SELECT * FROM attempt WHERE trial_id = ? AND attempt = ?"),
    attempts: rows<[number], AttemptRow>("SELECT * FROM attempt WHERE trial_id = ? ORDER BY attempt"),

    insertMetric: rows<[number, string]>(
      "INSERT INTO metric (study_id, name) VALUES (?, ?) ON CONFLICT DO NOTHING",
    ),
    metricId: scalar<[number, string], number>("SELECT id FROM metric WHERE study_id = ? AND name = ?"),

    putObservations: blocks("INSERT OR REPLACE INTO observation", 7),
    deleteSucceeded: rows<[number, number, number, number]>(
      "DELETE FROM observation WHERE trial_id = ? AND metric_id = ? AND step >= ? AND attempt < ?",
    ),
    curve: rows<[number, number], ObservationRow>(
      `SELECT ${observationColumns} FROM observation JOIN metric ON metric.id = metric_id
       WHERE trial_id = ? AND metric_id = ? ORDER BY step`,
    ),
    observations: rows<[number], ObservationRow>(
      `SELECT ${observationColumns} FROM observation JOIN metric ON metric.id = metric_id
       WHERE trial_id = ? ORDER BY metric.name, step`,
    ),
    observationsOfMetric: rows<[number, string], ObservationRow>(
      `SELECT ${observationColumns} FROM observation
       JOIN trial ON trial.id = trial_id
       JOIN metric ON metric.id = metric_id AND metric.study_id = trial.study_id
       WHERE trial_id = ? AND metric.name = ? ORDER BY step`,
    ),

    seriesOfTrial: rows<[number], SeriesRow & { readonly metric_id: number }>(
      "SELECT *, '' AS metric FROM series WHERE trial_id = ?",
    ),
    putSeries: blocks("INSERT OR REPLACE INTO series", 10),
    seriesOfStudy: rows<[number], SeriesRow>(
      `SELECT series.*, metric.name AS metric FROM trial
       JOIN series ON series.trial_id = trial.id
       JOIN metric ON metric.id = series.metric_id
       WHERE trial.study_id = ? ORDER BY trial.number, metric.name`,
    ),

    // An opening of the test split is only ever added: the tables' triggers refuse everything else.
    insertOpening: rows<[Omit<TestOpeningRow, "trial_number">]>(
      `INSERT INTO test_opening (study_id, ordinal, trial_id, opened_at, purpose, content_hash, examples, metrics,
         result)
       VALUES (@study_id, @ordinal, @trial_id, @opened_at, @purpose, @content_hash, @examples, @metrics, @result)`,
    ),
    openingCount: scalar<[number], number>(
      "SELECT coalesce(max(ordinal), 0) FROM test_opening WHERE study_id = ?",
    ),
    openings: rows<[number], TestOpeningRow>(
      `SELECT test_opening.*, trial.number AS trial_number FROM test_opening
       JOIN trial ON trial.id = trial_id
       WHERE test_opening.study_id = ? ORDER BY ordinal`,
    ),

    putFile: rows<[number, string, number, Uint8Array]>(
      "INSERT OR REPLACE INTO study_file (study_id, name, written_at, bytes) VALUES (?, ?, ?, ?)",
    ),
    file: scalar<[number, string], Buffer>("SELECT bytes FROM study_file WHERE study_id = ? AND name = ?"),
    removeFile: rows<[number, string]>("DELETE FROM study_file WHERE study_id = ? AND name = ?"),
    files: rows<[number, string], { name: string; size: number; written_at: number }>(
      `SELECT name, length(bytes) AS size, written_at FROM study_file
       WHERE study_id = ? AND substr(name, 1, instr(name, '/') - 1) = ? ORDER BY name`,
    ),

    putWorker: rows<[string, string, string, number, number], WorkerRow>(
      `INSERT INTO worker (name, version, labels, started_at, seen_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET version = excluded.version, labels = excluded.labels,
         started_at = excluded.started_at, seen_at = excluded.seen_at
       RETURNING *`,
    ),
    removeWorker: rows<[string]>("DELETE FROM worker WHERE name = ?"),
    workers: rows<[], WorkerRow>("SELECT * FROM worker ORDER BY name"),
    requestDrain: scalar<[string], string>(
      "UPDATE worker SET drain_requested = 1 WHERE name = ? RETURNING name",
    ),
  };
}
