import type { DataSource, EntityManager } from 'typeorm';

/** Schema of the functions that take tables into keeping; it belongs to whoever provisioned the database. */
const keeperSchema = 'keeper';
/** Owns kept tables. Nobody signs in as it, and it may do nothing else. */
const keeperRole = 'va_keeper';
const longestDays = 36_500;
const nameForm = /^[a-z][a-z0-9_]{0,50}$/;

/** Where the tables of a schema go that its service may add to but neither change nor remove from. */
export const keptSchemaOf = (schema: string) => `${schema}_kept`;

const refuseChange = `
  CREATE OR REPLACE FUNCTION ${keeperSchema}.refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
  BEGIN
    IF TG_OP = 'DELETE' AND TG_NARGS = 2 AND (to_jsonb(OLD) ->> TG_ARGV[0])::date < current_date - TG_ARGV[1]::integer THEN RETURN OLD; END IF;
    RAISE insufficient_privilege USING MESSAGE = format('rows of %I can be neither changed nor removed', TG_TABLE_NAME);
  END $body$`;

const keep = `
  CREATE OR REPLACE FUNCTION ${keeperSchema}.keep(relation regclass, day_column name, least_days integer) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
  DECLARE owner name; home name; label name; target name; target_owner name;
  BEGIN
    SELECT pg_get_userbyid(c.relowner), n.nspname, c.relname INTO owner, home, label
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = relation AND c.relkind = 'r';
    IF owner IS DISTINCT FROM session_user THEN RAISE insufficient_privilege USING MESSAGE = 'only its owner may give a table into keeping'; END IF;
    -- what a trigger of the giver does would one day be done in the keeper's name
    IF EXISTS (SELECT FROM pg_trigger WHERE tgrelid = relation AND NOT tgisinternal) THEN RAISE insufficient_privilege USING MESSAGE = 'a table with triggers is not taken into keeping'; END IF;
    target := home || '_kept';
    SELECT pg_get_userbyid(nspowner) INTO target_owner FROM pg_namespace WHERE nspname = target;
    IF target_owner IS NULL THEN EXECUTE format('CREATE SCHEMA %I AUTHORIZATION ${keeperRole}', target);
    ELSIF target_owner <> '${keeperRole}' THEN RAISE insufficient_privilege USING MESSAGE = format('the schema %I belongs to somebody else', target);
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', target, session_user);
    EXECUTE format('ALTER TABLE %I.%I SET SCHEMA %I', home, label, target);
    EXECUTE format('ALTER TABLE %I.%I OWNER TO ${keeperRole}', target, label);
    EXECUTE format('REVOKE ALL ON %I.%I FROM PUBLIC, %I', target, label, session_user);
    EXECUTE format('GRANT SELECT, INSERT ON %I.%I TO %I', target, label, session_user);
    EXECUTE format('CREATE TRIGGER kept_rows BEFORE UPDATE OR DELETE ON %I.%I FOR EACH ROW EXECUTE FUNCTION ${keeperSchema}.refuse_change(%L, %L)', target, label, day_column, least_days);
    EXECUTE format('CREATE TRIGGER kept_whole BEFORE TRUNCATE ON %I.%I FOR EACH STATEMENT EXECUTE FUNCTION ${keeperSchema}.refuse_change()', target, label);
  END $body$`;

const forget = `
  CREATE OR REPLACE FUNCTION ${keeperSchema}.forget(relation regclass, day_column name, before date) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
  DECLARE removed bigint;
  BEGIN
    IF NOT has_table_privilege(session_user, relation, 'INSERT') THEN RAISE insufficient_privilege; END IF;
    EXECUTE format('DELETE FROM %s WHERE %I < $1', relation, day_column) USING before;
    GET DIAGNOSTICS removed = ROW_COUNT;
    RETURN removed;
  END $body$`;

/** What the provisioning account runs: functions by which services give tables away for good. */
export const keeperStatements: readonly string[] = [
  `DO $body$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${keeperRole}') THEN CREATE ROLE ${keeperRole} NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE; END IF; END $body$`,
  `GRANT ${keeperRole} TO CURRENT_USER`,
  `CREATE SCHEMA IF NOT EXISTS ${keeperSchema}`,
  `GRANT USAGE ON SCHEMA ${keeperSchema} TO PUBLIC`,
  `GRANT CREATE ON SCHEMA ${keeperSchema} TO ${keeperRole}`,
  refuseChange,
  keep,
  forget,
  `ALTER FUNCTION ${keeperSchema}.forget(regclass, name, date) OWNER TO ${keeperRole}`,
];

type Runner = Pick<DataSource | EntityManager, 'query'>;

export interface KeptTable {
  readonly schema: string;
  readonly table: string;
  /** The column of type `date` by which old rows may one day go. */
  readonly dayColumn: string;
  /** Rows younger than this cannot be removed by anything the service can do; left out, none ever can. */
  readonly leastDays?: number;
}

async function isProvisioned(runner: Runner): Promise<boolean> {
  const [row] = await runner.query<{ there: boolean }[]>(`SELECT to_regprocedure('${keeperSchema}.keep(regclass, name, integer)') IS NOT NULL AS there`);
  return row?.there ?? false;
}

/**
 * Gives a table of the calling service away, in its migration: from then on the service may read it and add to it, and
 * nothing else. Answers where the table is now. On a database that nobody provisioned the service stays its owner and only
 * a trigger refuses changes.
 */
export async function giveIntoKeeping(runner: Runner, { schema, table, dayColumn, leastDays = longestDays }: KeptTable): Promise<string> {
  for (const name of [schema, table, dayColumn]) if (!nameForm.test(name)) throw new Error(`"${name}" is no name for a kept table`);
  if (await isProvisioned(runner)) {
    await runner.query(`SELECT ${keeperSchema}.keep($1::regclass, $2::name, $3::integer)`, [`${schema}.${table}`, dayColumn, leastDays]);
    return `${keptSchemaOf(schema)}.${table}`;
  }
  const own = `${schema}.refuse_change_of_${table}`;
  await runner.query(refuseChange.replace(`${keeperSchema}.refuse_change`, own));
  await runner.query(`CREATE TRIGGER kept_rows BEFORE UPDATE OR DELETE ON ${schema}.${table} FOR EACH ROW EXECUTE FUNCTION ${own}('${dayColumn}', '${leastDays}')`);
  await runner.query(`CREATE TRIGGER kept_whole BEFORE TRUNCATE ON ${schema}.${table} FOR EACH STATEMENT EXECUTE FUNCTION ${own}()`);
  return `${schema}.${table}`;
}

/** Where a kept table is, for SQL. */
export async function locateKeptTable(runner: Runner, { schema, table }: Pick<KeptTable, 'schema' | 'table'>): Promise<string> {
  const kept = `${keptSchemaOf(schema)}.${table}`;
  const [row] = await runner.query<{ there: boolean }[]>('SELECT to_regclass($1) IS NOT NULL AS there', [kept]);
  return row?.there ? kept : `${schema}.${table}`;
}

/** Removes rows of days before the given one, as far as they are old enough; answers how many. */
export async function forgetKeptRows(runner: Runner, kept: { readonly location: string; readonly dayColumn: string }, before: string): Promise<number> {
  if (await isProvisioned(runner)) {
    const [row] = await runner.query<{ removed: number }[]>(`SELECT ${keeperSchema}.forget($1::regclass, $2::name, $3::date)::int AS removed`, [kept.location, kept.dayColumn, before]);
    return row?.removed ?? 0;
  }
  const [, removed] = await runner.query<[unknown, number]>(`DELETE FROM ${kept.location} WHERE ${kept.dayColumn} < $1::date`, [before]); // TypeORM's answer to DELETE
  return removed;
}
