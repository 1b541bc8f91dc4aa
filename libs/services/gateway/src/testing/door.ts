import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Type } from '@nestjs/common';
import { expect } from '@jest/globals';
import { HttpClient, type ErrorBody, type Role } from '@voiceassist/contracts';
import { startProcess, type RunningProcess } from '@voiceassist/kit';
import { GatewayModule } from '../gateway.module.js';
import { newIssuer, type Person } from './people.js';
import { TestAdminModule, TestAuthModule, TestKbModule, TestRagModule } from './services.js';

// gateways of one process share passport's strategy, and with it the feed of the one that was opened last, perhaps closed by now
const unlimited = { REVOCATION_MAX_STALE_MS: '300000', GATEWAY_REQUESTS_PER_MINUTE: '100000', GATEWAY_CREDENTIALS_PER_MINUTE: '1000', GATEWAY_QUESTIONS_PER_MINUTE: '1000', GATEWAY_UPLOADS_PER_MINUTE: '1000' };
export const allServices = [TestAdminModule, TestAuthModule, TestKbModule, TestRagModule];

interface Answer {
  readonly success: boolean;
  readonly data: unknown;
  readonly error: ErrorBody | null;
  readonly metadata: { readonly version: string; readonly requestId: string; readonly pagination?: unknown };
  readonly timestamp: string;
}

export type Asking = Omit<RequestInit, 'headers'> & { readonly as?: Person; readonly headers?: Record<string, string> };

/** A request with a JSON body. */
export const json = (method: string, body: unknown, as?: Person): Asking => ({ method, as, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });

/** Waits for what must come true sooner or later. */
export async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await what())) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** The gateway in front of small real services on the in-process bus. */
export class Door {
  private constructor(
    readonly running: RunningProcess,
    readonly sign: (role: Role, change?: Record<string, unknown>) => Promise<Person>,
    private readonly folder: string,
  ) {}

  static async open(environment: Record<string, string> = {}): Promise<Door> {
    const folder = mkdtempSync(join(tmpdir(), 'gateway-'));
    const sign = await newIssuer();
    return new Door(await Door.process(folder, environment, allServices), sign, folder);
  }

  /** A second gateway on the same files, whose people are the same. */
  async another(environment: Record<string, string>, services: readonly Type[] = allServices): Promise<Door> {
    return new Door(await Door.process(this.folder, environment, services), this.sign, '');
  }

  get url(): string {
    return this.running.url;
  }

  ask(path: string, { as, headers, ...init }: Asking = {}): Promise<Response> {
    return fetch(`${this.url}${path}`, { ...init, headers: { ...(as && { authorization: `Bearer ${as.token}` }), ...headers } });
  }

  client(person: Person): HttpClient {
    return new HttpClient({ baseUrl: this.url, accessToken: () => person.token });
  }

  async close(): Promise<void> {
    await this.running.close();
    if (this.folder) rmSync(this.folder, { recursive: true, force: true });
  }

  private static process(folder: string, environment: Record<string, string>, services: readonly Type[]): Promise<RunningProcess> {
    return startProcess({
      name: 'gateway-test', modules: [...services, GatewayModule],
      environment: { BUS_URL: 'memory:', KV_URL: 'memory:', BLOB_URL: `file:${join(folder, 'blobs')}`, ENCRYPTION_KEYS_URL: `file:${join(folder, 'encryption.keys')}`, LOG_LEVEL: 'silent', SHUTDOWN_TIMEOUT_MS: '3000', ...unlimited, ...environment },
    });
  }
}

function expectHouseHeaders(response: Response, contentType: string): void {
  expect(response.headers.get('content-type')).toBe(`${contentType}; charset=utf-8`);
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
  expect(response.headers.get('cache-control')).toBe('no-store');
}

/** What was refused: whatever it says, it says it in the envelope, with the headers of the house and without detail. */
export async function refusal(response: Response): Promise<ErrorBody & { status: number }> {
  expectHouseHeaders(response, 'application/json');
  const answer = (await response.json()) as Answer;
  expect(answer).toMatchObject({ success: false, data: null, metadata: { version: '1', requestId: response.headers.get('x-request-id') } });
  expect(Number.isNaN(Date.parse(answer.timestamp))).toBe(false);
  expect(JSON.stringify(answer)).not.toMatch(/detail that nobody may see|node_modules|\.ts:|\.js:|FST_|Error:/);
  return { ...(answer.error as ErrorBody), status: response.status };
}

/** The same in the form of SCIM. */
export async function scimRefusal(response: Response): Promise<{ status: number }> {
  expectHouseHeaders(response, 'application/scim+json');
  expect(await response.json()).toMatchObject({ schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: String(response.status) });
  return { status: response.status };
}
