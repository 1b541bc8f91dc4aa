import { DataSource, MigrationExecutor, type DataSourceOptions, type Logger, type QueryRunner } from 'typeorm';
import { checkSchemaName, queueSchemaOf } from './role-of-schema.js';
import type { SqlConnection } from './sql-connection.js';

type ListOf<T> = Extract<T, readonly unknown[]>;
export type EntityList = ListOf<NonNullable<DataSourceOptions['entities']>>;
export type MigrationList = ListOf<NonNullable<DataSourceOptions['migrations']>>;

export interface DataSourceRequest {
  readonly connection: SqlConnection;
  readonly entities: EntityList;
  readonly migrations: MigrationList;
  readonly poolSize: number;
  readonly applicationName: string;
  /** Told about connections that broke while nobody used them. */
  readonly onIdleError: (error: unknown) => void;
}

const nothing = () => undefined;
/** TypeORM's own log would print statements with what people wrote in them; errors carry all we need. */
const quiet: Logger = { logQuery: nothing, logQueryError: nothing, logQuerySlow: nothing, logSchemaBuild: nothing, logMigration: nothing, log: nothing };

/** A TypeORM data source on plain `pg`, not yet connected; the same for PostgreSQL and PGlite. */
export function createDataSource(request: DataSourceRequest): DataSource {
  const { host, port, user, password, database, schema, options, ssl } = request.connection;
  return new DataSource({
    type: 'postgres',
    host,
    port,
    username: user,
    password,
    database,
    schema,
    ssl,
    entities: request.entities,
    migrations: request.migrations,
    applicationName: request.applicationName,
    poolSize: request.poolSize,
    connectTimeoutMS: 10_000,
    poolErrorHandler: request.onIdleError,
    // the role may not install extensions, and ids come from gen_random_uuid() of the core
    installExtensions: false,
    uuidExtension: 'pgcrypto',
    synchronize: false,
    migrationsRun: false,
    logger: quiet,
    extra: { options, idleTimeoutMillis: 30_000 },
  });
}

// the same number in every schema would make services wait for each other
const migrationLock = (schema: string) => `SELECT pg_advisory_xact_lock(hashtext('voiceassist:migrations:${checkSchemaName(schema)}'))`;

/** For an owner who may create schemas on a server that nobody provisioned; a provisioned role finds both. */
async function ensureOwnSchemas(runner: QueryRunner, schema: string): Promise<void> {
  const wanted = [schema, queueSchemaOf(schema)];
  const rows = (await runner.query('SELECT nspname AS name FROM pg_namespace WHERE nspname = ANY($1)', [wanted])) as { name: string }[]; // pg answers rows
  const present = new Set(rows.map(({ name }) => name));
  for (const name of wanted) if (!present.has(name)) await runner.query(`CREATE SCHEMA ${name}`);
}

/**
 * Runs the pending migrations in one transaction under an advisory lock: two openers run them once, and a failing one leaves
 * nothing behind. The lock belongs to the transaction because an embedded engine has no sessions of their own.
 */
export async function runMigrations(dataSource: DataSource, schema: string): Promise<string[]> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.connect();
    await runner.startTransaction();
    await runner.query(migrationLock(schema));
    await ensureOwnSchemas(runner, schema);
    const executor = new MigrationExecutor(dataSource, runner);
    executor.transaction = 'all'; // joins the open transaction
    const done = await executor.executePendingMigrations();
    await runner.commitTransaction();
    return done.map((migration) => migration.name);
  } catch (error) {
    if (runner.isTransactionActive) await runner.rollbackTransaction();
    throw error;
  } finally {
    await runner.release();
  }
}
