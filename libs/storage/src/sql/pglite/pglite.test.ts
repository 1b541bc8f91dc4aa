import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { PartHost } from '../../testing/open-part.js';
import { dumpDatabase, restoreDatabase } from '../dump-database.js';
import { provisionDatabase } from '../provision-database.js';
import { SqlConnection } from '../sql-connection.js';
import { sqlPart } from '../sql-part.js';
import { lockFileName, lockFolder } from './folder-lock.js';
import { openPglite, startPgliteServer } from './open-pglite.js';
import { hostEngine } from './hosted-engine.js';

// opening the engine takes seconds where many tests share few cores
const slowMs = 120_000;

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'voiceassist-pglite-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function withClient<T>(options: pg.ClientConfig, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(options);
  client.on('error', () => undefined); // the server ends connections on purpose here
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

describe('the folder lock', () => {
  it('lets one holder in, names it to others, and frees the folder', async () => {
    const folder = join(root, 'lock');
    const unlock = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toThrow(`in use by process ${process.pid}`);
    await unlock();
    await (await lockFolder(folder))();
    expect(await readdir(folder)).toEqual([]);
  });

  it('is taken over from a dead process, from one whose number was given away, and from a torn file; by one of many', async () => {
    const holders = [JSON.stringify({ pid: 4_194_304, startedAt: 'x', since: 'then' }), JSON.stringify({ pid: process.pid, startedAt: 'earlier', since: 'then' }), '{"pid":'];
    for (const [index, holder] of holders.entries()) {
      const folder = join(root, `stale-${index}`);
      await mkdir(folder);
      await writeFile(join(folder, lockFileName), holder);
      const results = await Promise.allSettled([1, 2, 3, 4].map(() => lockFolder(folder)));
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(JSON.parse(await readFile(join(folder, lockFileName), 'utf8'))).toMatchObject({ pid: process.pid });
    }
  });
});

describe('a database in a folder', () => {
  const openUsers = async (host: PartHost, folder: string) => (await host.open(sqlPart({ schema: 'users', entities: [], migrations: [] }), { DATABASE_URL: `pglite:${folder}` })).get(SqlConnection);

  async function inUsers<T>(folder: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
    const host = new PartHost();
    try {
      const { host: address, port, user, database, options } = await openUsers(host, folder);
      return await withClient({ host: address, port, user, database, options }, work);
    } finally {
      await host.close();
    }
  }

  it('keeps its rows and vectors over a restart, a dump and a restore; a dump is not restored over anything', async () => {
    const [folder, copy, file] = [join(root, 'home'), join(root, 'copy'), join(root, 'home.tar.gz')];
    await expect(dumpDatabase(`pglite:${folder}`, file)).rejects.toThrow('no database');
    const rows = (client: pg.Client) => client.query("SELECT id, place <-> '[1,2,3]' AS distance, current_user AS role FROM kept ORDER BY distance").then((result) => result.rows as unknown[]);
    const before = await inUsers(folder, async (client) => {
      await client.query('CREATE TABLE kept (id int PRIMARY KEY, place vector(3))');
      await client.query("INSERT INTO kept VALUES (1, '[1,2,3]'), (2, '[4,5,6]')");
      await expect(dumpDatabase(`pglite:${folder}`, file)).rejects.toThrow('in use');
      return rows(client);
    });
    expect(before).toHaveLength(2);

    expect((await dumpDatabase(`pglite:${folder}`, file)).sizeBytes).toBeGreaterThan(0);
    await expect(restoreDatabase(`pglite:${folder}`, file)).rejects.toThrow('not empty');
    await writeFile(join(root, 'torn.tar.gz'), (await readFile(file)).subarray(0, 100_000));
    await expect(restoreDatabase(`pglite:${copy}`, join(root, 'torn.tar.gz'))).rejects.toThrow('could not be restored');
    await restoreDatabase(`pglite:${copy}`, file);
    expect(await inUsers(copy, rows)).toEqual(before);
  }, slowMs);

  it('refuses a second opener with a clear word', async () => {
    const folder = join(root, 'second');
    const first = await openPglite({ folder });
    await expect(openPglite({ folder })).rejects.toThrow('in use by process');
    await first.close();
  }, slowMs);
});

const built = new URL('../../../dist/sql/pglite/open-pglite.js', import.meta.url);
const writer = `
  import pg from 'pg';
  const { openPglite } = await import(process.argv[1]);
  const { host, port } = await openPglite({ folder: process.argv[2] });
  const client = new pg.Client({ host, port, user: 'postgres', database: 'postgres' });
  await client.connect();
  await client.query('CREATE TABLE written (id int PRIMARY KEY, half int)');
  for (let id = 1; ; id += 1) {
    await client.query('BEGIN');
    await client.query('INSERT INTO written VALUES ($1, 1)', [id]);
    await client.query('UPDATE written SET half = 2 WHERE id = $1', [id]);
    await client.query('COMMIT');
    process.stdout.write(id + '\\n');
  }`;

(existsSync(built) ? it : it.skip)('a process killed in the middle of its work loses no committed row, and its lock is taken over', async () => {
  const folder = join(root, 'killed');
  const child = spawn(process.execPath, ['--input-type=module', '-e', writer, built.href, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  for await (const chunk of child.stdout) {
    printed += String(chunk);
    if (printed.length > 300) child.kill('SIGKILL');
  }
  const acknowledged = Number(printed.slice(0, printed.lastIndexOf('\n')).split('\n').at(-1));
  const { host, port, close } = await openPglite({ folder });
  const { rows } = await withClient({ host, port, user: 'postgres', database: 'postgres' }, (client) => client.query<{ id: number; half: number }>('SELECT id, half FROM written ORDER BY id'));
  await close();
  expect(acknowledged).toBeGreaterThan(10);
  expect(rows.length).toBeGreaterThanOrEqual(acknowledged);
  expect(rows).toEqual(rows.map((_, index) => ({ id: index + 1, half: 2 })));
}, slowMs);

describe('the server', () => {
  it('asks for passwords and lets nobody in with another’s', async () => {
    const server = await startPgliteServer({ home: { memory: true }, password: 'superuser' });
    await provisionDatabase({ adminUrl: server.url, schemas: [{ schema: 'kb', password: 'reader' }, { schema: 'auth' }] });
    const signIn = (user: string, password: string) =>
      withClient({ host: '127.0.0.1', port: server.port, user, password, database: 'postgres' }, async (client) => (await client.query<{ role: string }>('SELECT current_user AS role')).rows[0]?.role);
    expect(await signIn('va_kb', 'reader')).toBe('va_kb');
    expect(await signIn('postgres', 'superuser')).toBe('postgres');
    for (const [user, password] of [['va_kb', 'superuser'], ['postgres', 'reader'], ['va_auth', 'x'], ['nobody', 'reader']] as const) {
      await expect(signIn(user, password)).rejects.toMatchObject({ code: '28P01' });
    }
    await provisionDatabase({ adminUrl: server.url, schemas: [{ schema: 'kb', password: 'changed' }] });
    await expect(signIn('va_kb', 'reader')).rejects.toMatchObject({ code: '28P01' });
    expect(await signIn('va_kb', 'changed')).toBe('va_kb');
    await server.stop();
  }, slowMs);

  it('ends a transaction that falls silent with 25P03, and everybody else goes on', async () => {
    const hosted = await hostEngine({ home: { memory: true }, listen: { host: '127.0.0.1', port: 0 }, idleInTransactionMs: 200 });
    const options = { host: '127.0.0.1', port: hosted.port, user: 'postgres', database: 'postgres' };
    await withClient(options, async (silent) => {
      const ended = new Promise<{ code?: string }>((resolve) => silent.once('error', resolve));
      await silent.query('BEGIN');
      await silent.query('CREATE TABLE never (id int)');
      // asks outside the open transaction, as a repository call without the transaction's manager would
      const found = await withClient(options, (other) => other.query("SELECT to_regclass('never') AS found"));
      expect(found.rows).toEqual([{ found: null }]);
      expect((await ended).code).toBe('25P03');
    });
    await hosted.close();
  }, slowMs);
});
