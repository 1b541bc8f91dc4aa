import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { keptSchemaOf } from './kept-tables.js';
import { queueSchemaOf, roleOfSchema } from './role-of-schema.js';

/** Schemas of the services of the house that own data. */
export const ownedSchemas = ['users', 'auth', 'admin', 'kb_indexer', 'rag_orchestrator', 'vector_index'] as const;

/** A database server for the length of a suite. */
export interface RolesUnderTest {
  /** A connection of the service that owns the schema; makes what is necessary for it. */
  connectAs(schema: string): Promise<pg.Client>;
  stop(): Promise<void>;
}

interface RoleClient {
  readonly schema: string;
  readonly client: pg.Client;
}

const acts = {
  read: (schema: string) => `SELECT * FROM ${schema}.secret`,
  write: (schema: string) => `INSERT INTO ${schema}.secret VALUES ('planted')`,
  change: (schema: string) => `UPDATE ${schema}.secret SET word = 'changed'`,
  remove: (schema: string) => `DELETE FROM ${schema}.secret`,
  empty: (schema: string) => `TRUNCATE ${schema}.secret`,
  create: (schema: string) => `CREATE TABLE ${schema}.intruder (id int)`,
  alter: (schema: string) => `ALTER TABLE ${schema}.secret ADD COLUMN more text`,
  drop: (schema: string) => `DROP TABLE ${schema}.secret`,
  become: (schema: string) => `SET ROLE ${roleOfSchema(schema)}`,
  grant: (schema: string) => `GRANT USAGE ON SCHEMA ${schema} TO PUBLIC`,
} as const;

const reach = ['read', 'write', 'create'] as const;

/** What every database server promises about roles: each reaches its own schemas and nothing else. */
export function describeRoles(name: string, start: () => Promise<RolesUnderTest>): void {
  describe(`database roles on ${name}`, () => {
    let server: RolesUnderTest;
    const clients: RoleClient[] = [];

    beforeAll(async () => {
      server = await start();
      for (const schema of ownedSchemas) {
        const client = await server.connectAs(schema);
        client.on('error', () => undefined);
        await client.query(`CREATE TABLE ${schema}.secret (word text, day date DEFAULT current_date)`);
        await client.query('SELECT keeper.keep($1::regclass, $2::name, 1)', [`${schema}.secret`, 'day']); // it is in the kept schema now
        for (const each of [schema, queueSchemaOf(schema)]) await client.query(`CREATE TABLE ${each}.secret (word text)`);
        clients.push({ schema, client });
      }
    }, 120_000);
    afterAll(async () => {
      for (const { client } of clients) await client.end();
      await server?.stop();
    });

    /** Which acts succeed; each is taken back. */
    const succeeding = async ({ client }: RoleClient, schema: string, which: readonly (keyof typeof acts)[]) => {
      const done: string[] = [];
      for (const act of which) {
        await client.query('BEGIN');
        await client.query(acts[act](schema)).then(() => done.push(act), (error: { code?: string }) => expect({ act, schema, code: error.code }).toEqual({ act, schema, code: '42501' }));
        await client.query('ROLLBACK');
      }
      return done;
    };

    it.each(ownedSchemas.map((schema) => [schema] as const))('the role of %s reaches its own two schemas and no other', async (own) => {
      const role = clients.find(({ schema }) => schema === own)!;
      for (const schema of ownedSchemas) {
        for (const each of [schema, queueSchemaOf(schema)]) {
          const foreign = schema !== own;
          const all = (Object.keys(acts) as (keyof typeof acts)[]).filter((act) => act !== 'become' || each === schema);
          expect({ own, each, done: await succeeding(role, each, foreign ? all : reach) }).toEqual({ own, each, done: foreign ? [] : [...reach] });
        }
      }
      expect({ own, done: await succeeding(role, 'public', ['create']) }).toEqual({ own, done: [] });
      expect({ own, done: await succeeding(role, 'extensions', ['create']) }).toEqual({ own, done: [] });
    });

    it.each(ownedSchemas.map((schema) => [schema] as const))('the role of %s adds to what it has given into keeping, and reaches nothing that others have', async (own) => {
      const role = clients.find(({ schema }) => schema === own)!;
      // nobody is called as a kept schema; granting what one may not pass on is a warning without effect
      const all = (Object.keys(acts) as (keyof typeof acts)[]).filter((act) => act !== 'become');
      expect(await succeeding(role, keptSchemaOf(own), all.filter((act) => act !== 'grant'))).toEqual(['read', 'write']);
      for (const schema of ownedSchemas) if (schema !== own) expect({ own, schema, done: await succeeding(role, keptSchemaOf(schema), all) }).toEqual({ own, schema, done: [] });
    });

    it.each(ownedSchemas.map((schema) => [schema] as const))('the role of %s may not make roles, databases or functions of the system', async (own) => {
      const { client } = clients.find(({ schema }) => schema === own)!;
      const attempts = ['CREATE ROLE intruder', 'CREATE DATABASE intruder', 'ALTER ROLE postgres PASSWORD null', "SELECT pg_read_file('/etc/passwd')", "COPY (SELECT 1) TO PROGRAM 'true'", 'SELECT rolpassword FROM pg_authid'];
      for (const attempt of attempts) await expect(client.query(attempt)).rejects.toMatchObject({ code: '42501' });
    });
  });
}
