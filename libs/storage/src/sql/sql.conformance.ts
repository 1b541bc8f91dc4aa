import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { DataSource, EntitySchema, type MigrationInterface, type QueryRunner } from 'typeorm';
import { PartHost } from '../testing/open-part.js';
import { forgetKeptRows, giveIntoKeeping, locateKeptTable } from './kept-tables.js';
import { SqlConnection } from './sql-connection.js';
import { sqlPart, type SqlPartOptions } from './sql-part.js';

/** A database server for the length of a suite. */
export interface SqlServerUnderTest {
  /** URL with which the service that owns the schema opens its part; makes what is necessary for it. */
  urlOf(schema: string): Promise<string>;
  stop(): Promise<void>;
}

interface Note {
  id: string;
  label: string;
  tags: string[];
  details: { deep?: { text: string }[] };
  at: Date;
  amount: number;
}

const Note = new EntitySchema<Note>({
  name: 'Note',
  tableName: 'note',
  columns: {
    id: { type: 'uuid', primary: true, generated: 'uuid' },
    label: { type: 'text', unique: true },
    tags: { type: 'text', array: true },
    details: { type: 'jsonb' },
    at: { type: 'timestamptz' },
    amount: { type: 'int' },
  },
});

class CreateNote1700000000000 implements MigrationInterface {
  readonly name = 'CreateNote1700000000000';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE note (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), label text UNIQUE NOT NULL,
      tags text[] NOT NULL, details jsonb NOT NULL, at timestamptz NOT NULL, amount int NOT NULL)`);
  }
  async down(): Promise<void> {}
}

class Broken1700000000001 implements MigrationInterface {
  readonly name = 'Broken1700000000001';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE half_done (id int)');
    await runner.query('SELECT nothing FROM nowhere');
  }
  async down(): Promise<void> {}
}

class GiveAway1700000000002 implements MigrationInterface {
  readonly name = 'GiveAway1700000000002';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE diary (day date NOT NULL, text text NOT NULL)');
    await giveIntoKeeping(runner, { schema: 'archive', table: 'diary', dayColumn: 'day', leastDays: 2190 });
  }
  async down(): Promise<void> {}
}

const noteSchema = (schema: string): SqlPartOptions => ({ schema, entities: [Note], migrations: [CreateNote1700000000000] });

function note(label: string, amount = 0): Note {
  return { id: randomUUID(), label, tags: [], details: {}, at: new Date(), amount };
}

function rawClient(connection: SqlConnection): pg.Client {
  const { host, port, user, password, database, options } = connection;
  const client = new pg.Client({ host, port, user, password, database, options });
  client.on('error', () => undefined); // tests break connections on purpose
  return client;
}

/** What every database adapter promises. */
export function describeSql(name: string, start: () => Promise<SqlServerUnderTest>): void {
  describe(`SQL on ${name}`, () => {
    const host = new PartHost();
    let server: SqlServerUnderTest;
    let users: DataSource;
    let connection: SqlConnection;

    const open = async (options: SqlPartOptions) => host.open(sqlPart(options), { DATABASE_URL: await server.urlOf(options.schema) });

    beforeAll(async () => {
      server = await start();
      const part = await open(noteSchema('users'));
      users = part.get(DataSource);
      connection = part.get(SqlConnection);
    }, 120_000); // a new server or engine: seconds where many tests share few cores
    afterAll(async () => {
      await host.close();
      await server?.stop();
    });

    it('gives back what was stored: arrays, documents, instants, ids, large texts', async () => {
      const stored = {
        ...note('round trip ✓ مرحبا', 7),
        tags: ['a,b', '"quoted"', ''],
        details: { deep: [{ text: 'x'.repeat(3_000_000) }, { text: '' }] },
        at: new Date('2026-03-01T10:20:30.123Z'),
      };
      await users.getRepository(Note).insert(stored);
      expect(await users.getRepository(Note).findOneByOrFail({ id: stored.id })).toEqual(stored);
    });

    it('names a violated uniqueness by its code', async () => {
      await users.getRepository(Note).insert(note('only once'));
      await expect(users.getRepository(Note).insert(note('only once'))).rejects.toMatchObject({ driverError: { code: '23505' } });
    });

    it('takes everything back when a transaction fails', async () => {
      const failing = users.transaction(async (manager) => {
        await manager.getRepository(Note).insert(note('never there'));
        throw new Error('changed my mind');
      });
      await expect(failing).rejects.toThrow('changed my mind');
      expect(await users.getRepository(Note).countBy({ label: 'never there' })).toBe(0);
    });

    it('loses no update of concurrent transactions and readers', async () => {
      const counter = note('counter');
      await users.getRepository(Note).insert(counter);
      const increment = () =>
        users.transaction(async (manager) => {
          const found = await manager.getRepository(Note).findOneOrFail({ where: { id: counter.id }, lock: { mode: 'pessimistic_write' } });
          await manager.getRepository(Note).update({ id: counter.id }, { amount: found.amount + 1 });
        });
      const read = () => users.getRepository(Note).findOneByOrFail({ id: counter.id });
      await Promise.all(Array.from({ length: 30 }, () => [increment(), read()]).flat());
      expect((await read()).amount).toBe(30);
    });

    it('rolls back for a client that breaks off in the middle, also in the middle of a statement', async () => {
      const account = note('account', 100);
      await users.getRepository(Note).insert(account);
      for (let round = 0; round < 10; round += 1) {
        const client = rawClient(connection);
        await client.connect();
        await client.query('BEGIN');
        await client.query('UPDATE note SET amount = amount - 1 WHERE id = $1', [account.id]);
        if (round % 2 === 0) void client.query('UPDATE note SET amount = amount - 1').catch(() => undefined);
        (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy(); // pg has no public way to break off
      }
      await users.getRepository(Note).update({ id: account.id }, { label: 'account seen' });
      expect((await users.getRepository(Note).findOneByOrFail({ id: account.id })).amount).toBe(100);
    });

    it('goes on after an error in a transaction and in a prepared query', async () => {
      await users.transaction(async (manager) => {
        await expect(manager.query('SELECT 1 / $1::int', [0])).rejects.toMatchObject({ driverError: { code: '22012' } });
        await expect(manager.query('SELECT 1')).rejects.toMatchObject({ driverError: { code: '25P02' } });
      });
      expect(await users.query('SELECT $1::int AS one', [1])).toEqual([{ one: 1 }]);
    });

    it('lets a service into its own schema only, under its own role', async () => {
      const auth = await open(noteSchema('auth'));
      await auth.get(DataSource).getRepository(Note).insert(note('secret'));
      expect(await users.query('SELECT current_user AS role, session_user AS signed_in')).toEqual([{ role: 'va_users', signed_in: 'va_users' }]);
      const denied = { driverError: { code: '42501' } };
      await expect(users.query('SELECT * FROM auth.note')).rejects.toMatchObject(denied);
      await expect(users.query('CREATE TABLE auth.intruder (id int)')).rejects.toMatchObject(denied);
      await expect(users.query('CREATE TABLE public.intruder (id int)')).rejects.toMatchObject(denied);
      for (const escape of ['RESET SESSION AUTHORIZATION', 'RESET ROLE', 'DISCARD ALL']) await users.query(escape).catch(() => undefined);
      await expect(users.query('SET ROLE va_auth')).rejects.toMatchObject(denied);
      await expect(users.query('SELECT * FROM auth.note')).rejects.toMatchObject(denied);
      expect(await users.getRepository(Note).countBy({ label: 'secret' })).toBe(0);
    });

    it('keeps a table that was given away: the service adds and reads, and can neither change, remove nor take it back', async () => {
      const part = await open({ schema: 'archive', entities: [], migrations: [GiveAway1700000000002] });
      const archive = part.get(DataSource);
      const diary = await locateKeptTable(archive, { schema: 'archive', table: 'diary' });
      expect(diary).toBe('archive_kept.diary');
      await archive.query(`INSERT INTO ${diary} VALUES ('2001-01-01', 'old'), (current_date, 'new')`);
      await archive.query(`GRANT ALL ON ${diary} TO va_archive`); // a warning, and no effect
      const denied = { driverError: { code: '42501' } };
      for (const attempt of [
        `UPDATE ${diary} SET text = 'other'`, `DELETE FROM ${diary}`, `TRUNCATE ${diary}`, `DROP TABLE ${diary}`, `ALTER TABLE ${diary} DISABLE TRIGGER ALL`,
        `ALTER TABLE ${diary} OWNER TO va_archive`, 'DROP SCHEMA archive_kept CASCADE', 'SET ROLE va_keeper',
        'CREATE OR REPLACE FUNCTION keeper.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$',
        "SELECT keeper.keep('archive_kept.diary', 'day', 1)",
      ]) await expect(archive.query(attempt)).rejects.toMatchObject(denied);
      await expect(users.query(`SELECT * FROM ${diary}`)).rejects.toMatchObject(denied);
      await expect(users.query(`SELECT keeper.forget('note', 'day', '2030-01-01')`)).rejects.toMatchObject(denied);
      await archive.query('CREATE TABLE trap (day date)');
      await archive.query('CREATE FUNCTION spring() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$');
      await archive.query('CREATE TRIGGER spring BEFORE DELETE ON trap FOR EACH ROW EXECUTE FUNCTION spring()');
      await expect(archive.query("SELECT keeper.keep('trap', 'day', 1)")).rejects.toMatchObject(denied);

      const kept = { location: diary, dayColumn: 'day' };
      await expect(forgetKeptRows(archive, kept, '2999-01-01')).rejects.toMatchObject(denied);
      expect(await forgetKeptRows(archive, kept, '2002-01-01')).toBe(1);
      expect(await archive.query(`SELECT text FROM ${diary}`)).toEqual([{ text: 'new' }]);
    });

    it('keeps settings of one connection from others', async () => {
      const client = rawClient(connection);
      await client.connect();
      await client.query("SET statement_timeout = '4242ms'");
      const auth = await open(noteSchema('auth'));
      expect(await auth.get(DataSource).query("SELECT current_setting('statement_timeout') AS value")).toEqual([{ value: '0' }]);
      await client.end();
    });

    it('runs each migration once, however many open at the same time or again', async () => {
      const [one, two] = await Promise.all([open(noteSchema('racing')), open(noteSchema('racing'))]);
      const again = await open(noteSchema('racing'));
      for (const part of [one, two, again]) expect(await part.get(DataSource).query('SELECT name FROM migrations')).toEqual([{ name: 'CreateNote1700000000000' }]);
      await one?.get(DataSource).getRepository(Note).insert(note('usable'));
      expect(await two?.get(DataSource).getRepository(Note).countBy({ label: 'usable' })).toBe(1);
    });

    it('leaves nothing of a failed migration and does not open', async () => {
      const options = { schema: 'broken', entities: [Note], migrations: [CreateNote1700000000000, Broken1700000000001] };
      await expect(open(options)).rejects.toThrow('nowhere');
      const part = await open(noteSchema('broken'));
      expect(await part.get(DataSource).query("SELECT to_regclass('half_done') AS found")).toEqual([{ found: null }]);
    });

    it('carries notifications to those who listen on the channel, whoever sends them', async () => {
      const [listener, other] = [rawClient(connection), rawClient(connection)];
      await Promise.all([listener.connect(), other.connect()]);
      const heard: string[] = [];
      listener.on('notification', ({ channel, payload }) => heard.push(`${channel}:${payload}`));
      other.on('notification', ({ channel, payload }) => heard.push(`other ${channel}:${payload}`));
      await listener.query('LISTEN jobs');
      await other.query('LISTEN "Other"');
      await other.query('UNLISTEN *');
      await users.query("NOTIFY jobs, 'one'");
      await users.query("NOTIFY \"Other\", 'unheard'");
      await listener.query("NOTIFY jobs, 'two'");
      for (let tries = 0; heard.length < 2 && tries < 50; tries += 1) await listener.query('SELECT 1');
      await other.query('SELECT 1');
      expect(heard).toEqual(['jobs:one', 'jobs:two']);
      await Promise.all([listener.end(), other.end()]);
    });

    it('answers its readiness check', async () => {
      const { opened } = await open(noteSchema('users'));
      const [dependency] = opened.dependencies ?? [];
      expect(dependency).toMatchObject({ name: 'database', required: true });
      await dependency?.check(AbortSignal.timeout(5_000));
    });
  });
}
