import { DataSource } from 'typeorm';
import { PgvectorVectorIndex } from '../pgvector.vector-index.js';
import { vectorIndexMigrations } from './migrations.js';

const schema = 'vector_index';

/** Opens an index in a database of its own: it makes its schema and migrates itself. */
export async function openOwnDatabase(url: string): Promise<PgvectorVectorIndex> {
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    schema,
    poolSize: 8,
    connectTimeoutMS: 5_000,
    installExtensions: false,
    synchronize: false,
    migrations: [...vectorIndexMigrations],
    migrationsTableName: 'vector_index_migration',
  });
  await dataSource.initialize();
  try {
    await dataSource.query(`create schema if not exists ${schema}`);
    await migrateOnce(dataSource);
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
  return new PgvectorVectorIndex(dataSource, () => dataSource.destroy());
}

/** Several processes may start at once: whoever comes second finds the work done. */
async function migrateOnce(dataSource: DataSource): Promise<void> {
  const guard = dataSource.createQueryRunner();
  try {
    await guard.query(`select pg_advisory_lock(hashtext('vector-index-migrations'))`);
    await dataSource.runMigrations({ transaction: 'all' });
  } finally {
    await guard.query(`select pg_advisory_unlock(hashtext('vector-index-migrations'))`).finally(() => guard.release());
  }
}
