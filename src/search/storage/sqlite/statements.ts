/** Every SQL statement of the store, prepared once for each connection. */
import type { Database } from "better-sqlite3";

import type {
  AttemptRow,
  ObservationRow,
  SeriesRow,
  StudyRow,
  StudyVersionRow,
  TestOpeningRow,
  TrialRow,
} from "./rows.ts";

export type Statements = ReturnType<typeof prepareStatements>;

/** What is used of a prepared statement. */
export interface Prepared<P extends unknown[], R = never> {
  run(...parameters: P): { readonly lastInsertRowid: number | bigint };
  get(...parameters: P): R | undefined;
  all(...parameters: P): R[];
}

export function prepareStatements(database: Database) {
  const rows = <P extends unknown[], R = never>(sql: string): Prepared<P, R> => database.prepare<P, R>(sql);
  const scalar = <P extends unknown[], R>(sql: string): Prepared<P, R> => database.prepare<P, R>(sql).pluck();
  const observationColumns = "metric.name AS metric, step, observation.attempt, time, value, non_finite";
  return {
    insertStudy: rows<[string, string, number], StudyRow>(
      "INSERT INTO study (name, definition, created_at) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING RETURNING *",
    ),
    studyByName: rows<[string], StudyRow>("SELECT * FROM study WHERE name = ?"),
    studies: rows<[], StudyRow>("SELECT * FROM study ORDER BY id"),
    studyNames: scalar<[], string>("SELECT name FROM study ORDER BY id"),
    reviseStudy: rows<[string, number, number], StudyRow>(
      "UPDATE study SET definition = ?, version = version + 1 WHERE id = ? AND version = ? RETURNING *",
    ),
    studyById: rows<[number], StudyRow>("SELECT * FROM study WHERE id = ?"),
    insertVersion: rows<[number, number, string, number, string]>(
      `INSERT INTO study_version (study_id, version, definition, created_at, note) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
    ),
    versions: rows<[number], StudyVersionRow>(
      "SELECT version, definition, created_at, note FROM study_version WHERE study_id = ? ORDER BY version",
    ),
    setEnded: rows<[string | null, number]>("UPDATE study SET ended = ? WHERE id = ?"),
    setStopRequested: rows<[number, number]>("UPDATE study SET stop_requested = ? WHERE id = ?"),

    insertTrial: rows<[Omit<TrialRow, "id">], number>(
      `INSERT INTO trial (study_id, number, state, attempt, worker, lease_expires_at, created_at, started_at,
         finished_at, duration_ms, objective_value, seed, parameters, document, result, reason, measured, origin,
         revision)
       VALUES (@study_id, @number, @state, @attempt, @worker, @lease_expires_at, @created_at, @started_at,
         @finished_at, @duration_ms, @objective_value, @seed, @parameters, @document, @result, @reason, @measured,
         @origin, @revision)`,
    ),
    // What a trial is (number, seed, origin) is written once and has no statement that changes it.
    updateTrial: rows<[TrialRow]>(
      `UPDATE trial SET state = @state, attempt = @attempt, worker = @worker, lease_expires_at = @lease_expires_at,
         started_at = @started_at, finished_at = @finished_at, duration_ms = @duration_ms,
         objective_value = @objective_value, result = @result, reason = @reason, measured = @measured,
         revision = @revision, parameters = @parameters, document = @document
       WHERE id = @id`,
    ),
    /** The fence: gives the study only when the trial is running under that attempt. */
    renewLease: scalar<[number, number, number], number>(
      "UPDATE trial SET lease_expires_at = ? WHERE id = ? AND attempt = ? AND state = 'running' RETURNING study_id",
    ),
    heldTrial: rows<[number, number], TrialRow>(
      "SELECT * FROM trial WHERE id = ? AND attempt = ? AND state = 'running'",
    ),
    lowestWaiting: rows<[number], TrialRow>(
      "SELECT * FROM trial WHERE study_id = ? AND state = 'waiting' ORDER BY number LIMIT 1",
    ),
    expiredTrials: rows<[number, number], TrialRow>(
      "SELECT * FROM trial WHERE study_id = ? AND state = 'running' AND lease_expires_at <= ? ORDER BY number",
    ),
    trialsOfWorker: rows<[number, string], TrialRow>(
      "SELECT * FROM trial WHERE study_id = ? AND state = 'running' AND worker = ? ORDER BY number",
    ),
    pausedTrial: rows<[number, number], TrialRow>(
      "SELECT * FROM trial WHERE study_id = ? AND number = ? AND state = 'paused'",
    ),
    lastRevision: scalar<[number], number>("SELECT coalesce(max(revision), 0) FROM trial WHERE study_id = ?"),
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

    putObservation: rows<[number, number, number, number, number, number | null, string | null]>(
      `INSERT OR REPLACE INTO observation (trial_id, metric_id, step, attempt, time, value, non_finite)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ),
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

    series: rows<[number, number], SeriesRow>(
      "SELECT *, '' AS metric FROM series WHERE trial_id = ? AND metric_id = ?",
    ),
    putSeries: rows<[Omit<SeriesRow, "metric"> & { readonly metric_id: number }]>(
      `INSERT OR REPLACE INTO series (trial_id, metric_id, count, last_step, last, last_non_finite, minimum,
         minimum_step, maximum, maximum_step)
       VALUES (@trial_id, @metric_id, @count, @last_step, @last, @last_non_finite, @minimum, @minimum_step,
         @maximum, @maximum_step)`,
    ),
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
  };
}
