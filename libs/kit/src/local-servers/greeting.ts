import { connect } from 'node:net';

/** Connects, says something, and resolves whether the first answer begins as expected; never rejects. */
export function answers(port: number, { say, expect }: { readonly say?: string; readonly expect: string }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const settle = (ready: boolean) => {
      socket.destroy();
      resolve(ready);
    };
    socket.setTimeout(1_000, () => settle(false));
    socket.once('connect', () => say && socket.write(say));
    socket.once('data', (data) => settle(data.toString('latin1').startsWith(expect)));
    socket.once('error', () => settle(false));
    socket.once('close', () => settle(false));
  });
}
