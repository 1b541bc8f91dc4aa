import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Type } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { admin, anonymous, auditActionOf, auditKindOf, catalogue, Role, type Actor, type CallableContract, type ServiceName } from '@voiceassist/contracts';
import { AppError, Call, startProcess, type RunningProcess } from '@voiceassist/kit';
import { Bus } from '@voiceassist/messaging';
import { AdminModule } from '@voiceassist/service-admin';
import { AuthModule } from '@voiceassist/service-auth';
import { GatewayModule } from '@voiceassist/service-gateway';
import { IntegrationsModule } from '@voiceassist/service-integrations';
import { KbIndexerModule } from '@voiceassist/service-kb-indexer';
import { RagOrchestratorModule } from '@voiceassist/service-rag-orchestrator';
import { RealtimeModule } from '@voiceassist/service-realtime';
import { UsersModule } from '@voiceassist/service-users';
import { Blobs } from '@voiceassist/storage';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { RealChanges } from './real-changes.js';
import { sampleInput } from './sample-input.js';

const modules: Record<ServiceName, Type> = {
  users: UsersModule, auth: AuthModule, 'kb-indexer': KbIndexerModule, 'rag-orchestrator': RagOrchestratorModule,
  integrations: IntegrationsModule, admin: AdminModule, realtime: RealtimeModule, gateway: GatewayModule,
};

interface Operation {
  readonly name: string;
  readonly service: ServiceName;
  readonly contract: CallableContract;
}

/** Every operation of the house; one that is added tomorrow is in here tomorrow. */
const operations: Operation[] = catalogue.flatMap(({ service, operation, contract }) =>
  contract.verb === 'request' || contract.verb === 'stream' ? [{ name: `${service}.${operation}`, service: service as ServiceName, contract }] : [],
);
const audited = operations.filter(({ contract }) => auditActionOf(contract) !== undefined);

const everything: Actor = { type: 'user', userId: randomUUID(), sessionId: randomUUID(), roles: [...Role.options], factorAt: Math.floor(Date.now() / 1_000) };

/** Operations of kind U without hashes of before and after, each with its reason. */
const unchanging: Readonly<Record<string, string>> = {};
/** The API key of an identity provider. */
const provisioner: Actor = { ...everything, scope: ['people.provision'] };
function actorFor({ service, contract }: Operation): Actor {
  if (contract.access === 'service') return { type: 'service', service };
  return contract.access === 'people.provision' ? provisioner : everything;
}
/** What the sample of a change leaves as it was: nobody was locked, and there was no factor. */
const unchanged = new Set(['auth.unlock-account', 'auth.reset-factors']);

interface Row {
  readonly action: string;
  readonly outcome: string;
  readonly service: string;
}

describe('the audit of every operation', () => {
  const folder = mkdtempSync(join(tmpdir(), 'voiceassist-coverage-'));
  let house: RunningProcess;

  beforeAll(async () => {
    const environment = {
      BUS_URL: 'memory:', DATABASE_URL: 'pglite:memory', KV_URL: 'memory:', BLOB_URL: `file:${folder}/blobs`, VECTOR_URL: 'database:', JOBS_URL: 'database:', EMBEDDER_URL: 'none:',
      ENCRYPTION_KEYS_URL: `file:${folder}/encryption.keys`, ADMIN_PASSWORD: 'a long password for this test', OUTBOX_POLL_MS: '50', SHUTDOWN_DELAY_MS: '0', LOG_LEVEL: 'silent', GATEWAY_REQUESTS_PER_MINUTE: '100000',
      GATEWAY_CREDENTIALS_PER_MINUTE: '100000', PORT: '0',
    };
    house = await startProcess({ name: 'coverage', modules: Object.values(modules), environment });
  }, 180_000);
  afterAll(async () => {
    await house?.close();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  /** Asks the service itself, past every check at the caller's side; answers the outcome. */
  async function drive({ service, contract }: Operation, input: unknown, call: Call): Promise<string> {
    const bus = house.get(modules[service], Bus);
    const unchecked = { ...contract, input: z.unknown() };
    try {
      if (unchecked.verb === 'request') await bus.request(unchecked, input, call);
      else for await (const _item of bus.stream(unchecked, input, call)) continue;
      return 'ok';
    } catch (error) {
      if (error instanceof AppError) return error.code;
      throw error;
    }
  }

  async function rowsOf(requestId: string): Promise<Row[]> {
    return house.get(AdminModule, DataSource).query<Row[]>('SELECT action, outcome, service FROM admin_kept.audit_entry WHERE request_id = $1', [requestId]);
  }

  const busOf = ({ subject }: CallableContract) => {
    const found = operations.find(({ contract }) => contract.subject === subject);
    if (!found) throw new Error(`nobody answers ${subject}`);
    return house.get(modules[found.service], Bus);
  };

  /** The change in the row of a request that went well. */
  async function changeIn(requestId: string, action: string): Promise<unknown> {
    for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(20)) {
      const { items } = await house.get(AdminModule, Bus).client(admin).searchAudit({ requestId, action, outcome: 'ok' }, Call.begin({ actor: everything }));
      if (items[0]) return items[0].change;
    }
    return 'no row';
  }

  /** Without what the operation asked other services for, which leaves rows of its own. */
  async function ownRowsOf(requestId: string, { action }: Row): Promise<Row[]> {
    return (await rowsOf(requestId)).filter((row) => row.action === action);
  }

  /** Waits for the rows of many requests; after half a minute says what is there. */
  async function settled(expected: ReadonlyMap<string, Row>): Promise<Record<string, Row[]>> {
    const deadline = Date.now() + 30_000;
    const found: Record<string, Row[]> = {};
    for (const [requestId, row] of expected) {
      do {
        found[requestId] = await ownRowsOf(requestId, row);
        if (found[requestId].length === 0) await sleep(20);
      } while (found[requestId].length === 0 && Date.now() < deadline);
    }
    return found;
  }

  async function expectOneRowEach(expected: ReadonlyMap<string, Row>): Promise<void> {
    expect(await settled(expected)).toEqual(Object.fromEntries([...expected].map(([requestId, row]) => [requestId, [row]])));
  }

  it('is one row under its action when it is called, whatever comes of it', async () => {
    const expected = new Map<string, Row>();
    const refused: string[] = [];
    for (const operation of audited) {
      const requestId = `acted ${operation.name}`;
      const actor = actorFor(operation);
      const outcome = await drive(operation, sampleInput(operation.contract.input), Call.begin({ requestId, actor, timeoutMs: 20_000 }));
      if (['INVALID_INPUT', 'FORBIDDEN', 'UNAUTHENTICATED'].includes(outcome)) refused.push(`${operation.name}: ${outcome}`);
      expected.set(requestId, { action: auditActionOf(operation.contract) ?? '', outcome, service: operation.service });
    }
    await expectOneRowEach(expected);
    // nearly all got as far as their handlers; some want a person who exists, a ticket or a file that a sample cannot make
    expect(refused.filter((each) => each.endsWith('FORBIDDEN'))).toEqual([]);
    expect(refused.length).toBeLessThan(expected.size / 4);
    expect(expected.size).toBeGreaterThan(40);
  }, 180_000);

  it('is one row when the service refuses it', async () => {
    const expected = new Map<string, Row>();
    for (const operation of audited) {
      const requestId = `refused ${operation.name}`;
      const outcome = await drive(operation, 'not even an object', Call.begin({ requestId, actor: anonymous }));
      expect([operation.name, outcome]).toEqual([operation.name, operation.contract.access === 'public' ? 'INVALID_INPUT' : expect.stringMatching(/^(UNAUTHENTICATED|FORBIDDEN)$/)]);
      expected.set(requestId, { action: auditActionOf(operation.contract) ?? '', outcome, service: operation.service });
    }
    await expectOneRowEach(expected);
  }, 180_000);

  it('is one row when the door refuses it', async () => {
    const expected = new Map<string, Row>();
    for (const { name, contract } of audited) {
      if (!contract.http) continue;
      const { method, path } = contract.http;
      const requestId = `door-${name}`;
      const body = method === 'GET' || method === 'DELETE' ? undefined : contract.access === 'public' ? '[1]' : '{}';
      const response = await fetch(`${house.url}${path.replace(/:\w+/g, randomUUID())}`, {
        method, body, redirect: 'manual', headers: { 'x-request-id': requestId, ...(body && { 'content-type': 'application/json' }) },
      });
      await response.arrayBuffer();
      if (response.ok || response.status < 400) continue; // a public route that takes what it is given is no refusal
      const outcome = response.status === 401 ? 'UNAUTHENTICATED' : 'INVALID_INPUT';
      expected.set(requestId, { action: auditActionOf(contract) ?? '', outcome, service: 'gateway' });
    }
    await expectOneRowEach(expected);
    expect(expected.size).toBeGreaterThan(35);
  }, 180_000);

  it('tells a change by the hashes of before and after, for every operation that changes something', async () => {
    const wanted = audited.flatMap(({ contract }) => auditActionOf(contract) ?? []).filter((action) => auditKindOf(action) === 'U' && !(action in unchanging));
    const changes = new RealChanges({ ask: (contract, input, call) => busOf(contract).request(contract, input, call), blobs: house.get(KbIndexerModule, Blobs) });
    expect(Object.keys(changes.all).sort()).toEqual([...wanted].sort());
    const rows: Record<string, unknown> = {};
    for (const [action, change] of Object.entries(changes.all)) {
      await change();
      rows[action] = await changeIn(`changed ${action}`, action);
    }
    const hash = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect(rows).toEqual(Object.fromEntries(wanted.map((action) => [action, { before: hash, after: hash }])));
    for (const [action, change] of Object.entries(rows as Record<string, { before: string; after: string }>)) {
      if (!unchanged.has(action)) expect({ action, changed: change.before !== change.after }).toEqual({ action, changed: true });
    }
  }, 180_000);

  it('is none for operations that are exempt', async () => {
    const exempt = operations.filter(({ contract }) => auditActionOf(contract) === undefined);
    for (const operation of exempt) await drive(operation, null, Call.begin({ requestId: `exempt ${operation.name}`, actor: anonymous }));
    await sleep(500); // whatever there was would have arrived: rows take a tenth of it
    for (const { name } of exempt) expect(await rowsOf(`exempt ${name}`)).toEqual([]);
  });
});
