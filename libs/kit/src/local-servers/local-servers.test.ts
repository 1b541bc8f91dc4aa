import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import { startNats, startPostgres, startRedis, whenServer, type LocalServer, type ServerKind } from './index.js';

const starters = { nats: startNats, redis: startRedis, postgres: startPostgres };

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
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
        expect(await isListening(port)).toBe(false);
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

whenServer('redis', () =>
  it('a server dies with the process that started it, even by kill -9', async () => {
    // the kernel delivers the signal, so the parent may be any program: here setpriv under a shell that we kill
    const shell = spawn('/bin/sh', ['-c', 'setpriv --pdeathsig KILL -- sleep 300 & echo $!; wait'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [line] = (await once(shell.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    expect(isAlive(pid)).toBe(true);
    await sleep(100);
    shell.kill('SIGKILL');
    await once(shell, 'exit');
    for (let tries = 0; isAlive(pid) && tries < 100; tries += 1) await sleep(20);
    expect(isAlive(pid)).toBe(false);
  }),
);
