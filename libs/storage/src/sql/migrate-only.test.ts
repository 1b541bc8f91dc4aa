import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PlatformPart, runService, ServiceModule, type OpenedPart } from '@voiceassist/kit';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { PartHost } from '../testing/open-part.js';
import { sqlPart } from './sql-part.js';

class CreateThing1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE thing (id int)');
  }
  async down(): Promise<void> {}
}

class Breaks1700000000001 implements MigrationInterface {
  async up(): Promise<void> {
    throw new Error('this migration cannot be done');
  }
  async down(): Promise<void> {}
}

/** What a migration job must not reach. */
class UnreachablePart extends PlatformPart {
  readonly name = 'unreachable';
  async open(): Promise<OpenedPart> {
    throw new Error('nobody is there');
  }
}

const migrated = sqlPart({ schema: 'users', entities: [], migrations: [CreateThing1700000000000] });

@ServiceModule({ name: 'users', uses: [new UnreachablePart(), migrated] })
class Migrated {}

@ServiceModule({ name: 'users', uses: [sqlPart({ schema: 'users', entities: [], migrations: [CreateThing1700000000000, Breaks1700000000001] })] })
class Broken {}

describe('MIGRATE_ONLY', () => {
  let folder: string;
  let url: string;
  let said = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'migrate-only-'));
    url = `pglite:${folder}`;
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** Runs as a process does, with its end as the answer. */
  const run = (module: typeof Migrated, environment: Record<string, string> = {}) => new Promise<number>((resolve) => {
    const host = { env: { DATABASE_URL: url, LOG_LEVEL: 'silent', ...environment }, stderr: { write: (text: string) => (said += text) }, on: () => undefined, exit: resolve };
    void runService({ name: 'users', modules: [module] }, host);
  });

  it('migrates, opens nothing that does not migrate, and exits with 0', async () => {
    expect(await run(Migrated, { MIGRATE_ONLY: 'true' })).toBe(0);
    const host = new PartHost();
    const part = await host.open(migrated, { DATABASE_URL: url });
    expect(await part.get(DataSource).query("SELECT to_regclass('users.thing') IS NOT NULL AS made")).toEqual([{ made: true }]);
    await host.close();
  }, 120_000);

  it('without it the same process serves, and so needs everything', async () => {
    expect(await run(Migrated)).toBe(1);
    expect(said).toContain('nobody is there');
  });

  it('exits with 1 and says why when a migration fails or a setting is wrong', async () => {
    expect(await run(Broken, { MIGRATE_ONLY: 'true' })).toBe(1);
    expect(said).toContain('this migration cannot be done');
    expect(await run(Migrated, { MIGRATE_ONLY: 'perhaps' })).toBe(1);
    expect(said).toContain('MIGRATE_ONLY');
  }, 120_000);
});
