import { PlatformPart, type Dependency, type OpenedPart, type PartContext } from '@voiceassist/kit';
import { DataSource } from 'typeorm';
import { createDataSource, runMigrations, type EntityList, type MigrationList } from './data-source.js';
import { openSql } from './open-sql.js';
import { SqlConfig } from './sql-config.js';
import { SqlConnection } from './sql-connection.js';
import { reportPool } from './sql.metrics.js';

export interface SqlPartOptions {
  /** The schema that the service owns; no other service can read it. */
  readonly schema: string;
  readonly entities: EntityList;
  /** Forward only, in order of their timestamps; they run before the service listens. */
  readonly migrations: MigrationList;
}

class SqlPart extends PlatformPart {
  readonly name = 'sql';
  override readonly configs = [SqlConfig];
  override readonly migrates = true;

  constructor(private readonly options: SqlPartOptions) {
    super();
  }

  async open(context: PartContext): Promise<OpenedPart> {
    const { schema, entities, migrations } = this.options;
    const config = context.config(SqlConfig);
    const connection = await openSql({ url: config.DATABASE_URL, schema, share: (key, open) => context.share(key, open) });
    const dataSource = createDataSource({
      connection,
      entities,
      migrations,
      poolSize: config.DATABASE_POOL_SIZE,
      applicationName: `voiceassist-${context.service}`,
      onIdleError: (error) => context.logger.warn({ err: error }, 'an idle database connection broke'),
    });
    await dataSource.initialize();
    try {
      const done = await runMigrations(dataSource, schema);
      if (done.length > 0) context.logger.info({ schema, migrations: done }, 'database migrated');
    } catch (error) {
      await dataSource.destroy();
      throw error;
    }
    const stopReporting = reportPool(context.service, dataSource, config.DATABASE_POOL_SIZE);
    return {
      provides: [
        { token: DataSource, value: dataSource },
        { token: SqlConnection, value: connection },
      ],
      dependencies: [databaseDependency(dataSource)],
      close: async () => {
        stopReporting();
        await dataSource.destroy();
      },
    };
  }
}

function databaseDependency(dataSource: DataSource): Dependency {
  return {
    name: 'database',
    required: true,
    check: async () => {
      await dataSource.query('SELECT 1');
    },
  };
}

/**
 * Gives a service its schema: a TypeORM `DataSource` signed in as the schema's role, migrated before the service listens, and
 * the `SqlConnection` behind it. Inside `transaction(async (manager) => …)` use only that manager.
 */
export function sqlPart(options: SqlPartOptions): PlatformPart {
  return new SqlPart(options);
}
