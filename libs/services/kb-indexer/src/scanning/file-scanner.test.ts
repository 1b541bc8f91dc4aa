import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ClamdFileScanner } from './clamd.file-scanner.js';
import { Clamd, hasClamd } from '../fixtures/clamd.js';
import { eicar, fileScannerConformance } from './file-scanner.conformance.js';
import { NoFileScanner } from './no.file-scanner.js';
import { clamdAddressIn } from './open-file-scanner.js';
import { ScannerConfig } from './scanner.config.js';

const soon = () => AbortSignal.timeout(10_000);
// eslint-disable-next-line no-restricted-properties -- says only whether a missing server may be skipped
if (!hasClamd && process.env['CI'] === 'true') throw new Error('clamd is not installed, and in CI nothing is skipped');
if (!hasClamd) process.stdout.write('SKIPPED clamd clamd is not installed\n');

describe('no scanner', () => {
  fileScannerConformance({ scanner: () => new NoFileScanner(), finds: null });
});

(hasClamd ? describe : describe.skip)('clamd', () => {
  let clamd: Clamd;
  beforeAll(async () => {
    clamd = await Clamd.start();
  }, 60_000);
  afterAll(() => clamd?.stop());
  const scanner = () => new ClamdFileScanner({ path: clamd.socket }, 30_000);

  fileScannerConformance({ scanner, finds: 'House.Test.Eicar.UNOFFICIAL' });

  it('that does not take a file of that size gives no all-clear', async () => {
    await expect(scanner().scan(Buffer.alloc(3_000_000, 'x'), soon())).rejects.toMatchObject({ name: 'ScannerUnavailable' });
  });
});

describe('a scanner that misbehaves', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });
  async function scannerAnswering(answer: (socket: Socket) => void): Promise<ClamdFileScanner> {
    const server = createServer((socket) => {
      socket.on('error', () => undefined).resume();
      answer(socket);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new ClamdFileScanner({ host: '127.0.0.1', port: (server.address() as AddressInfo).port }, 300); // listening on TCP
  }

  it.each<[string, (socket: Socket) => void]>([
    ['is silent', () => undefined],
    ['breaks off', (socket) => socket.end()],
    ['breaks off within its answer', (socket) => socket.end('stream: O')],
    ['answers without end', (socket) => socket.write('x'.repeat(10_000))],
    ['speaks another language', (socket) => socket.write('HTTP/1.1 200 OK\0')],
    ['has trouble', (socket) => socket.write('stream: Can\'t allocate memory ERROR\0')],
  ])('and %s gives no all-clear', async (_, answer) => {
    const scanner = await scannerAnswering(answer);
    await expect(scanner.scan(eicar, soon())).rejects.toMatchObject({ name: 'ScannerUnavailable' });
    await expect(scanner.check(soon())).rejects.toBeDefined();
  });

  it('and is away gives none either', async () => {
    await expect(new ClamdFileScanner({ path: '/nowhere/clamd.sock' }, 300).scan(eicar, soon())).rejects.toMatchObject({ name: 'ScannerUnavailable' });
  });

  it('and finds something under a name that cannot be shown has found something', async () => {
    const scanner = await scannerAnswering((socket) => socket.write('stream: <b>\n FOUND\0'));
    await expect(scanner.scan(eicar, soon())).resolves.toEqual({ signature: 'unnamed' });
  });
});

describe('the setting', () => {
  it('names a port or a socket', () => {
    expect(clamdAddressIn('clamd://scanner:3311')).toEqual({ host: 'scanner', port: 3311 });
    expect(clamdAddressIn('clamd://scanner')).toEqual({ host: 'scanner', port: 3310 });
    expect(clamdAddressIn('clamd:/run/clamav/clamd.ctl')).toEqual({ path: '/run/clamav/clamd.ctl' });
    expect(new ScannerConfig({}).SCANNER_URL).toBe('none:');
  });

  it.each(['clamd:', 'http://scanner', 'clamd://scanner/path', 'none', 'clamav'])('cannot be %s', (text) => {
    expect(() => new ScannerConfig({ SCANNER_URL: text })).toThrow(/SCANNER_URL/);
  });
});
