import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@voiceassist/kit';

const startDeadlineMs = 60_000;

/** Answers every question for an address with this machine's. */
async function openNames(): Promise<{ socket: Socket; address: string }> {
  const socket = createSocket('udp4');
  socket.on('message', (question, { address, port }) => {
    const end = question.indexOf(0, 12) + 5; // after the name: its closing zero, type and class
    const isAddress = question.readUInt16BE(end - 4) === 1;
    const head = Buffer.from(question.subarray(0, 12));
    head.writeUInt16BE(0x8180, 2);
    head.writeUInt16BE(isAddress ? 1 : 0, 6);
    head.fill(0, 8, 12);
    const answer = isAddress ? Buffer.from('c00c00010001000000010004' + '7f000001', 'hex') : Buffer.alloc(0);
    socket.send(Buffer.concat([head, question.subarray(12, end), answer]), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { socket, address: `127.0.0.1:${socket.address().port}` };
}

function rootOf(port: number, ca: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: '/roots/0', ca, agent: false, timeout: 5_000 }, (answer) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => (text += chunk.toString())).on('end', () => resolve(text));
    }).once('error', reject).end();
  });
}

export interface TestAuthority {
  readonly directory: string;
  /** Authority of the directory's own certificate. */
  readonly directoryCa: string;
  /** Authority that issues; its certificate as a file. */
  readonly rootFile: string;
  close(): Promise<void>;
}

/** Debian's pebble, the test server of Let's Encrypt: asks at the given ports instead of 80 and 443, and finds every name here. */
export async function openTestAuthority({ folder, httpPort, tlsPort }: { folder: string; httpPort: number; tlsPort: number }): Promise<TestAuthority> {
  const [certificate, privateKey, rootFile] = ['directory.pem', 'directory.key', 'root.pem'].map((name) => join(folder, name)) as [string, string, string];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', privateKey, '-out', certificate], { stdio: 'ignore' });
  const [port, management] = [await freePort(), await freePort()];
  const configFile = join(folder, 'pebble.json');
  writeFileSync(configFile, JSON.stringify({ pebble: { listenAddress: `127.0.0.1:${port}`, managementListenAddress: `127.0.0.1:${management}`, certificate, privateKey, httpPort, tlsPort, ocspResponderURL: '', externalAccountBindingRequired: false } }));
  const names = await openNames();
  const server: ChildProcess = spawn('pebble', ['-config', configFile, '-dnsserver', names.address], { stdio: 'ignore', env: { ...process.env, PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '0' } });
  const deadline = Date.now() + startDeadlineMs;
  for (;;) {
    const root = await rootOf(management, readFileSync(certificate)).catch(() => null);
    if (root !== null) {
      writeFileSync(rootFile, root);
      break;
    }
    if (server.exitCode !== null || Date.now() > deadline) throw new Error('pebble does not answer');
    await sleep(100);
  }
  return {
    directory: `https://127.0.0.1:${port}/dir`, directoryCa: certificate, rootFile,
    async close() {
      const gone = once(server, 'exit');
      server.kill('SIGTERM');
      await gone;
      names.socket.close();
    },
  };
}
