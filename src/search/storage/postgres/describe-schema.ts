import type { Client } from "pg";

const columns = `
SELECT format('  %s %s%s%s%s', attname, format_type(atttypid, atttypmod),
    CASE WHEN attcollation IN (0, 'default'::regcollation) THEN '' ELSE ' COLLATE ' || attcollation::regcollation END,
    CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END,
    CASE WHEN attidentity = 'a' THEN ' IDENTITY' ELSE coalesce(' DEFAULT ' || pg_get_expr(adbin, adrelid), '') END)
FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum`;

const constraints = `
SELECT format('  CONSTRAINT %s %s', conname, pg_get_constraintdef(oid)) FROM pg_constraint
WHERE conrelid = pg_class.oid AND contype <> 'n' ORDER BY conname`;

const indexes = `
SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = pg_class.oid ORDER BY indexrelid::regclass::text`;

const triggers = `
SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = pg_class.oid AND NOT tgisinternal ORDER BY tgname`;

const tables = `
SELECT relname AS name, array_to_string(reloptions, ', ') AS options, ARRAY(${columns}) AS columns,
  ARRAY(${constraints}) AS constraints, ARRAY(${indexes}) AS indexes, ARRAY(${triggers}) AS triggers
FROM pg_class WHERE relnamespace = 'tunesmith'::regnamespace AND relkind = 'r' ORDER BY relname`;

const functions = `
SELECT pg_get_functiondef(oid) AS text FROM pg_proc WHERE pronamespace = 'tunesmith'::regnamespace ORDER BY proname`;

interface TableRow {
  readonly name: string;
  readonly options: string | null;
  readonly columns: readonly string[];
  readonly constraints: readonly string[];
  readonly indexes: readonly string[];
  readonly triggers: readonly string[];
}

/** The schema as text, the same for the same schema: compared with a committed file, it shows every change. */
export async function describeSchema(client: Client): Promise<string> {
  // Names are written in full only where the path does not lead to them.
  await client.query("SET search_path = ''");
  const { rows: versions } = await client.query<{ version: number }>("SELECT version FROM tunesmith.store");
  const { rows } = await client.query<TableRow>(tables);
  const { rows: procedures } = await client.query<{ text: string }>(functions);
  const described = rows.map(({ name, options, ...parts }) =>
    [
      `${name}${options === null ? "" : ` (${options})`}`,
      ...[parts.columns, parts.constraints].flat(),
      ...[parts.indexes, parts.triggers].flat().map((line) => `  ${line}`),
    ].join("\n"),
  );
  const texts = procedures.map(({ text }) => text.trim());
  return [`schema version ${versions[0]!.version}`, ...described, ...texts].join("\n\n") + "\n";
}
