import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@voiceassist/kit';
import { untilCertificate } from './certificate-wait.js';

const site = 'assistant.hospital.test';

describe('the wait for the certificate', () => {
  let folder: string;
  let server: Server | undefined;
  const file = (name: string) => join(folder, name);
  const pair = (name: string) => ({ key: readFileSync(file(`${name}.key`)), cert: readFileSync(file(`${name}.pem`)) });
  const make = (name: string, host: string) => execFileSync('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`,
    '-keyout', file(`${name}.key`), '-out', file(`${name}.pem`),
  ], { stdio: 'ignore' });

  /** An edge that answers with the given certificate; what follows each visit is up to the test. */
  async function edgeWith(name: string, afterVisit: (edge: Server) => void = () => undefined): Promise<string> {
    const edge = createServer(pair(name));
    server = edge.on('connection', (socket: Socket) => void socket.on('close', () => afterVisit(edge)));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `https://${site}:${(server.address() as AddressInfo).port}`; // it listens on a port
  }

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'certificate-'));
    make('real', site);
    make('first', site);
    make('stranger', 'another.hospital.test');
  });
  afterEach(() => void server?.close());
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const options = (baseUrl: string) => ({ baseUrl, caFile: file('real.pem'), connectTo: '127.0.0.1' });
  const patience = { deadlineMs: 60_000, pauseMs: 5, tellMs: 0 };

  it('says what it waits for and ends when the trusted certificate is there', async () => {
    const url = await edgeWith('first', (edge) => edge.setSecureContext(pair('real')));
    const told: string[] = [];
    await untilCertificate(options(url), (text) => told.push(text), patience);
    expect(told[0]).toMatch(/waiting for the certificate of assistant\.hospital\.test for \d+ s: \S/);
  });

  it('waits for an edge that does not listen yet, and gives up with the reason', async () => {
    const silent = `https://${site}:${await freePort()}`;
    await expect(untilCertificate(options(silent), () => undefined, { ...patience, deadlineMs: 0 })).rejects.toThrow(/no trusted certificate after 0 s \(.*ECONNREFUSED.*logs edge/);
  });

  it('does not take the certificate of another name', async () => {
    const url = await edgeWith('stranger');
    await expect(untilCertificate({ ...options(url), caFile: file('stranger.pem') }, () => undefined, { ...patience, deadlineMs: 0 })).rejects.toThrow(/ALTNAME|does not match/);
  });

  it('has nothing to wait for without TLS', async () => {
    await expect(untilCertificate({ baseUrl: 'http://127.0.0.1:1' }, () => undefined, patience)).resolves.toBeUndefined();
  });
});
