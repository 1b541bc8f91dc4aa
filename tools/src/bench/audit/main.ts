import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { admin, type Actor, type AuditRecord } from '@voiceassist/contracts';
import { Call, ServiceModule, startNats, startPostgres, startProcess, type LocalServer, type RunningProcess } from '@voiceassist/kit';
import { Bus, busPart, messagingMigrations, Outbox, outboxPart } from '@voiceassist/messaging';
import { AdminModule } from '@voiceassist/service-admin';
import { provisionDatabase, roleOfSchema, sqlPart } from '@voiceassist/storage';
import { DataSource } from 'typeorm';

/** Audit rows per second: taken by the ledger one by one and many at a time, through an outbox, and read again by a verification. */
@ServiceModule({ name: 'users', uses: [sqlPart({ schema: 'users', entities: [], migrations: [...messagingMigrations] }), busPart({ name: 'users', operations: {} }), outboxPart({ name: 'users', operations: {} })] })
class ProducerModule {}

const rows = Number(process.argv[2] ?? 1_000);
const overseer: Actor = { type: 'user', userId: randomUUID(), sessionId: randomUUID(), roles: ['admin'] };
const asUsers = () => Call.asService('users', 600_000);

const record = (): AuditRecord => ({
  auditId: randomUUID(), occurredAt: new Date().toISOString(), service: 'users', action: 'users.read', kind: 'R', actor: overseer, requestId: randomUUID(), traceId: randomUUID().replaceAll('-', ''),
  clientNetwork: '10.20.30.0/24', outcome: 'ok', subjects: { userId: randomUUID() }, durationMs: 3,
});

interface Place {
  readonly name: string;
  readonly settingsOf: (schema: 'admin' | 'users') => Record<string, string>;
  /** All services in one process, or each in its own. */
  readonly together: boolean;
}

async function perSecond(count: number, work: () => Promise<unknown>): Promise<string> {
  const startedAt = performance.now();
  await work();
  return (count / ((performance.now() - startedAt) / 1_000)).toFixed(0).padStart(6);
}

async function addMany(ledger: RunningProcess, atOnce: number): Promise<void> {
  const client = ledger.get(AdminModule, Bus).client(admin);
  let left = rows;
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (left-- > 0) await client.recordAudit({ ...record(), service: 'admin' }, Call.asService('admin', 60_000));
  }));
}

async function throughOutbox(ledger: RunningProcess, producer: RunningProcess): Promise<void> {
  const client = ledger.get(AdminModule, Bus).client(admin);
  const call = Call.begin({ actor: overseer, timeoutMs: 600_000 });
  const arrived = async () => (await client.searchAudit({ service: 'users', action: 'users.read', pageSize: 1 }, call)).pagination.totalItems;
  const [outbox, database] = [producer.get(ProducerModule, Outbox), producer.get(ProducerModule, DataSource)];
  await database.transaction(async (manager) => {
    for (let index = 0; index < rows; index += 1) await outbox.publish(manager, admin.auditRecorded, record(), asUsers());
  });
  while ((await arrived()) < rows) await sleep(50);
}

async function verifyAll(ledger: RunningProcess): Promise<number> {
  let entries = 0;
  for await (const step of ledger.get(AdminModule, Bus).client(admin).verifyAudit({}, Call.begin({ actor: overseer, timeoutMs: 600_000 }))) {
    if (step.type !== 'result') continue;
    if (step.report.verdict !== 'intact') throw new Error(`the bench found the ledger ${step.report.verdict}`);
    entries = step.report.entries;
  }
  return entries;
}

async function measure({ name, settingsOf, together }: Place): Promise<void> {
  const common = { OUTBOX_POLL_MS: '50', LOG_LEVEL: 'silent', SHUTDOWN_DELAY_MS: '0' };
  const start = (module: typeof AdminModule, schema: 'admin' | 'users') => startProcess({ name: schema, modules: [module], environment: { ...common, ...settingsOf(schema) } });
  const both = together ? await startProcess({ name: 'both', modules: [AdminModule, ProducerModule], environment: { ...common, ...settingsOf('admin') } }) : undefined;
  const ledger = both ?? (await start(AdminModule, 'admin'));
  const producer = both ?? (await start(ProducerModule, 'users'));
  try {
    const alone = await perSecond(rows, () => addMany(ledger, 1));
    const many = await perSecond(rows, () => addMany(ledger, 16));
    const told = await perSecond(rows, () => throughOutbox(ledger, producer));
    let verified = 0;
    const startedAt = performance.now();
    verified = await verifyAll(ledger);
    const reading = (verified / ((performance.now() - startedAt) / 1_000)).toFixed(0);
    console.log(`${name.padEnd(28)} rows per second: one caller ${alone}, 16 callers ${many}, from an outbox ${told}; verified ${reading}/s of ${verified}`);
  } finally {
    await producer.close();
    if (!both) await ledger.close();
  }
}

const folder = mkdtempSync(join(tmpdir(), 'voiceassist-bench-audit-'));
/** Each ledger has files of its own: copies of another one's checkpoints would be evidence against it. */
const filesOf = (place: string) => ({ BLOB_URL: `file:${folder}/${place}/blobs`, ENCRYPTION_KEYS_URL: `file:${folder}/encryption.keys` });
const servers: LocalServer[] = [];
try {
  await measure({ name: 'PGlite, one process', together: true, settingsOf: () => ({ ...filesOf('pglite'), BUS_URL: 'memory:', DATABASE_URL: `pglite:${folder}/sql` }) });
  const [nats, postgres] = await Promise.all([startNats(), startPostgres()]);
  servers.push(nats, postgres);
  await provisionDatabase({ adminUrl: postgres.url, schemas: [{ schema: 'admin', password: 'bench' }, { schema: 'users', password: 'bench' }] });
  const urlOf = (schema: string) => Object.assign(new URL(postgres.url), { username: roleOfSchema(schema), password: 'bench' }).href;
  await measure({ name: 'PostgreSQL, NATS, 2 processes', together: false, settingsOf: (schema) => ({ ...filesOf('postgres'), BUS_URL: nats.url, DATABASE_URL: urlOf(schema) }) });
} finally {
  for (const server of servers) await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
