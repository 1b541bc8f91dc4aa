import { metricsOf, observeMetrics } from '@voiceassist/kit';
import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';

const metrics = metricsOf('storage');
const service = 'service that owns the schema';
const connections = metrics.gauge({ name: 'db_pool_connections', labels: { service, state: ['idle', 'used'] }, description: 'Connections to the database that the pool holds.' });
const limit = metrics.gauge({ name: 'db_pool_limit', labels: { service }, description: 'How many connections to the database the pool may hold.' });
const waiting = metrics.gauge({ name: 'db_pool_waiting', labels: { service }, description: 'Work that waits for a connection to the database.' });

/** Reports how a service's pool of connections is used; answers how to stop that. */
export function reportPool(owner: string, dataSource: DataSource, poolSize: number): () => void {
  const { master } = dataSource.driver as unknown as { readonly master: Pool }; // TypeORM's driver for PostgreSQL keeps its pool there
  return observeMetrics({
    of: [connections, limit, waiting],
    read: (see) => {
      see(connections, master.idleCount, { service: owner, state: 'idle' });
      see(connections, master.totalCount - master.idleCount, { service: owner, state: 'used' });
      see(limit, poolSize, { service: owner });
      see(waiting, master.waitingCount, { service: owner });
    },
  });
}
