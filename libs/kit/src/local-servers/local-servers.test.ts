import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import { startNats, startPostgres, startRedis, whenServer, type LocalServer, type ServerKind } from './index.js';

const starters = { nats: startNats, redis: startRedis, postgres: startPostgres };

/** A process that ended but was not yet collected by its adopter counts as dead. */
async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  return stat !== null && stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z';
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

for (const kind of Object.keys(starters) as ServerKind[]) {
  whenServer(kind, () =>
    describe(`a local ${kind}`, () => {
      let server: LocalServer | undefined;
      afterAll(() => server?.stop());

      it('listens, survives a kill by restart on the same port, and leaves nothing behind', async () => {
        server = await starters[kind]();
        const { port, folder, pid } = server;
        expect(await isListening(port)).toBe(true);
        await server.kill();
        // a process that the server had just begun may hold its socket for a moment longer
        while (await isListening(port)) await new Promise((resolve) => setTimeout(resolve, 20));
        await server.restart();
        expect(await isListening(port)).toBe(true);
        expect(server.port).toBe(port);
        expect(server.pid).not.toBe(pid);
        await server.stop();
        expect(await isListening(port)).toBe(false);
        expect(existsSync(folder)).toBe(false);
      });
    }),
  );
}

const built = new URL('../../dist/local-servers/index.js', import.meta.url);
const starter = "const { startRedis } = await import(process.argv[1]); process.stdout.write(String((await startRedis()).pid)); setInterval(() => undefined, 1000);";

whenServer('redis', () =>
  (existsSync(built) ? it : it.skip)('a server dies with the process that started it, even by kill -9', async () => {
    const parent = spawn(process.execPath, ['--input-type=module', '-e', starter, built.href], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const [line] = (await once(parent.stdout, 'data')) as [Buffer]; // no encoding is set
      const pid = Number(line.toString());
      expect(await isAlive(pid)).toBe(true);
      parent.kill('SIGKILL');
      await once(parent, 'exit');
      for (let tries = 0; (await isAlive(pid)) && tries < 200; tries += 1) await sleep(20);
      expect(await isAlive(pid)).toBe(false);
    } finally {
      parent.kill('SIGKILL');
    }
  }),
);
