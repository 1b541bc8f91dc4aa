import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { provisionDatabase } from '@voiceassist/storage';
import { databaseSchemas, type Addresses } from './consumers.js';
import { passwordsIn } from './passwords.js';

const tries = 30;
const pauseMs = 1_000;

/** Gives each service its role and its schema with the passwords made before; waits half a minute for the server. */
export async function provisionDatabases(root: string, { postgres, database }: Addresses): Promise<void> {
  const passwords = passwordsIn(join(root, 'installation', 'passwords.json'));
  const adminUrl = `postgres://postgres:${passwords.of('postgres')}@${postgres}/${database}`;
  const schemas = databaseSchemas.map((schema) => ({ schema, password: passwords.of(`database.${schema}`) }));
  for (let left = tries; ; left -= 1) {
    try {
      await provisionDatabase({ adminUrl, schemas });
      return;
    } catch (error) {
      const refused = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', '57P03'].includes((error as { code?: string }).code ?? '');
      if (!refused || left <= 1) throw error;
      await sleep(pauseMs);
    }
  }
}
