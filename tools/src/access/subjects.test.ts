import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { catalogue, Permission, Role, type Actor, type CallableContract, type ServiceName, type UserActor } from '@voiceassist/contracts';
import { AppError, Call, serviceDefinitionOf, startProcess, type RunningProcess } from '@voiceassist/kit';
import { Bus } from '@voiceassist/messaging';
import { z } from 'zod';
import { serviceModules } from '../generate/modules.js';

type Cell = (typeof columns)[number];
interface Row {
  readonly operation: string;
  readonly freshFactor: boolean;
  readonly cells: Readonly<Record<Cell, string>>;
}

const columns = ['nobody', ...Role.options] as const;
const refusals = ['UNAUTHENTICATED', 'FORBIDDEN', 'FACTOR_REQUIRED', 'STEP_UP_REQUIRED'];
const matrix = new URL('../../../docs/security/access-matrix.md', import.meta.url);
const modules = new Map(serviceModules.map((module) => [serviceDefinitionOf(module).name, module]));
/** What these handlers, once let in, say of somebody whom nobody has met and who has no factor: the people of this test. */
const saidByTheHandler = new Map([['auth.me', 'UNAUTHENTICATED'], ['auth.beginStepUp', 'FACTOR_REQUIRED']]);
const now = () => Math.floor(Date.now() / 1_000);

/** The rows of the written matrix, so that the services are compared with what people have read and agreed to. */
function readMatrix(): Row[] {
  const lines = readFileSync(matrix, 'utf8').split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| operation'));
  return lines.map((line) => {
    const [operation = '', , , freshFactor, ...cells] = line.slice(2, -2).split(' | ').map((cell) => cell.trim());
    return { operation, freshFactor: freshFactor === 'yes', cells: Object.fromEntries(columns.map((column, index) => [column, cells[index]])) as Row['cells'] }; // a cell for each column
  });
}

function personOf(column: Cell, more: Partial<UserActor> = {}): Actor {
  if (column === 'nobody') return { type: 'anonymous' };
  const scope = column === 'service' ? { scope: Permission.options } : {};
  return { type: 'user', userId: randomUUID(), sessionId: randomUUID(), roles: [column], factorAt: now(), ...scope, ...more };
}

/** Every callable subject of the house, asked at its own service, past the gateway. */
describe('subjects by role', () => {
  let folder: string;
  let running: RunningProcess;
  const rows = readMatrix();
  const contracts = new Map<string, { service: ServiceName; contract: CallableContract }>(catalogue.flatMap(({ service, operation, contract }) => ('access' in contract ? [[`${service}.${operation}`, { service: service as ServiceName, contract }] as const] : [])));

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'voiceassist-subjects-'));
    running = await startProcess({
      name: 'subjects', modules: [...serviceModules.slice(1), ...serviceModules.slice(0, 1)],
      environment: {
        BUS_URL: 'memory:', DATABASE_URL: 'pglite:memory', KV_URL: 'memory:', BLOB_URL: `file:${folder}/blobs`, ENCRYPTION_KEYS_URL: `file:${folder}/keys`, VECTOR_URL: 'database:',
        JOBS_URL: 'database:', EMBEDDER_URL: 'none:', DATA_DIR: folder, LOG_LEVEL: 'fatal', ARGON2_MEMORY_KIB: '8192', ARGON2_PASSES: '1',
      },
    });
  }, 60_000);
  afterAll(async () => {
    await running?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Refused by access, or not: what happens to the empty input afterwards is another matter. */
  async function refusalOf(operation: string, actor: Actor): Promise<string | null> {
    const found = contracts.get(operation);
    const module = found && modules.get(found.service);
    if (!module) throw new Error(`no service answers ${operation}`);
    // the caller's own check is left out, so that the question reaches the service
    const contract: CallableContract = { ...found.contract, input: z.unknown() };
    const bus = running.get(module, Bus);
    const call = Call.begin({ actor, timeoutMs: 5_000 });
    try {
      if (contract.verb === 'request') await bus.request(contract, {}, call);
      else for await (const _item of bus.stream(contract, {}, call)) break;
      return null;
    } catch (error) {
      if (error instanceof AppError) return refusals.includes(error.code) && !(actor.type === 'user' && saidByTheHandler.get(operation) === error.code) ? error.code : null;
      throw error;
    }
  }

  it('has a row for every operation that can be called', () => {
    expect(rows.map(({ operation }) => operation).sort()).toEqual([...contracts.keys()].sort());
    expect(rows.length).toBeGreaterThan(60);
  });

  it.each(columns)('lets %s do exactly what the matrix says', async (column) => {
    const unexpected: string[] = [];
    for (const { operation, cells } of rows) {
      const refusal = await refusalOf(operation, personOf(column));
      const wanted = cells[column] !== '–' ? null : column === 'nobody' && contracts.get(operation)?.contract.access !== 'service' ? 'UNAUTHENTICATED' : 'FORBIDDEN';
      if (refusal !== wanted) unexpected.push(`${operation} as ${column}: ${refusal ?? 'let in'} instead of ${wanted ?? 'let in'}`);
    }
    expect(unexpected).toEqual([]);
  }, 60_000);

  it('asks for a fresh factor where the matrix says so, and nowhere else', async () => {
    const stale = { factorAt: now() - 301 };
    const unexpected: string[] = [];
    for (const { operation, freshFactor, cells } of rows) {
      const column = Role.options.find((role) => cells[role] !== '–' && role !== 'service');
      if (!column) continue;
      const refusal = await refusalOf(operation, personOf(column, stale));
      if ((refusal === 'STEP_UP_REQUIRED') !== freshFactor) unexpected.push(`${operation}: ${refusal ?? 'let in'}`);
    }
    expect(unexpected).toEqual([]);
  }, 60_000);

  it('lets somebody who still has to set up a factor do that and no more', async () => {
    const unexpected: string[] = [];
    for (const { operation } of rows) {
      const access = contracts.get(operation)?.contract.access;
      const refusal = await refusalOf(operation, personOf('admin', { restricted: true, factorAt: undefined }));
      const open = access === 'public' || access === 'session';
      if (open ? refusal === 'FACTOR_REQUIRED' && !contracts.get(operation)?.contract.stepUp : refusal === null) unexpected.push(`${operation}: ${refusal ?? 'let in'}`);
    }
    expect(unexpected).toEqual([]);
  }, 60_000);
});
