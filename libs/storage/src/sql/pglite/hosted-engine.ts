import type { ListenOptions } from 'node:net';
import { openEngine, type EngineHome } from './engine.js';
import { WireServer } from './wire/wire-server.js';

export interface HostedEngineOptions {
  readonly home: EngineHome;
  readonly listen: ListenOptions;
  readonly superuserPassword?: string;
  readonly idleInTransactionMs?: number;
}

export interface HostedEngine {
  /** TCP port, or 0 on a Unix socket. */
  readonly port: number;
  close(): Promise<void>;
}

/** Opens the engine in the current thread and serves it. */
export async function hostEngine(options: HostedEngineOptions): Promise<HostedEngine> {
  const engine = await openEngine(options.home);
  const server = new WireServer(engine, options);
  try {
    await server.start();
  } catch (error) {
    await engine.close();
    throw error;
  }
  return {
    port: server.port,
    async close() {
      await server.stop();
      await engine.close();
    },
  };
}
