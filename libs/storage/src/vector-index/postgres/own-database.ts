import { DataSource } from 'typeorm';
import { runMigrations } from '../../sql/data-source.js';
import { PgvectorVectorIndex } from '../pgvector.vector-index.js';
import { vectorIndexMigrations } from './migrations.js';

const schema = 'vector_index';

/** Opens an index in a database that is not the service's own: it makes its schema and migrates itself. */
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
    poolErrorHandler: () => undefined, // a connection that broke while idle is replaced when the next one is needed
  });
  await dataSource.initialize();
  try {
    await runMigrations(dataSource, schema);
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
  return new PgvectorVectorIndex(dataSource, () => dataSource.destroy());
}
