import { setTimeout as delay } from 'node:timers/promises';
import { connect, Events, type NatsConnection } from 'nats';
import { commonFailure } from '@voiceassist/kit';
import type { NatsAddress } from './nats-address.js';
import { natsOptions } from './nats-options.js';

const firstConnectMs = 30_000;
// a server or a machine under load breaks off handshakes that take too long
const settledByWaiting = new Set(['CONNECTION_REFUSED', 'TIMEOUT', 'CONNECTION_TIMEOUT', 'ENOTFOUND', 'EAI_AGAIN', 'ECONNRESET', 'DISCONNECT', 'AUTHENTICATION_TIMEOUT']);

/** One connection to NATS that never gives up, and knows at any moment whether it stands. */
export class NatsLink {
  private up = true;
  private readonly onLost: (() => void)[] = [];
  private readonly onRefused: ((subject: string) => void)[] = [];

  private constructor(readonly connection: NatsConnection) {
    void this.follow();
  }

  /** Waits up to 30 s for the server to appear; wrong credentials fail at once. */
  static async open(address: NatsAddress): Promise<NatsLink> {
    const giveUpAt = Date.now() + firstConnectMs;
    for (;;) {
      try {
        return new NatsLink(await connectOnce(address));
      } catch (error) {
        const code = (error as { code?: string }).code ?? '';
        if (!settledByWaiting.has(code) || Date.now() > giveUpAt) throw new Error(`NATS at ${address.url} cannot be used: ${code}`, { cause: error });
        await delay(250);
      }
    }
  }

  get isUp(): boolean {
    return this.up && !this.connection.isClosed();
  }

  /** Calls back each time the connection is lost; what was on its way may be lost with it. */
  whenLost(listener: () => void): void {
    this.onLost.push(listener);
  }

  /** Calls back with the subject each time the server says that this service may not publish there. */
  whenRefused(listener: (subject: string) => void): void {
    this.onRefused.push(listener);
  }

  async check(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (!this.isUp) throw commonFailure('UNAVAILABLE', 'NATS is not connected.');
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      this.connection.flush().then(resolve, reject);
    });
  }

  async close(): Promise<void> {
    if (this.connection.isClosed()) return;
    if (this.up) await Promise.race([this.connection.drain(), delay(2_000, undefined, { ref: false })]);
    await this.connection.close();
  }

  private async follow(): Promise<void> {
    for await (const { type, permissionContext } of this.connection.status()) {
      if (type === Events.Reconnect) this.up = true;
      if (type === Events.Disconnect) this.lose();
      if (type === Events.Error && permissionContext?.operation === 'publish') for (const listener of this.onRefused) listener(permissionContext.subject);
    }
    this.lose();
  }

  private lose(): void {
    this.up = false;
    for (const listener of this.onLost) listener();
  }
}

function connectOnce(address: NatsAddress): Promise<NatsConnection> {
  return connect({
    ...natsOptions(address),
    maxReconnectAttempts: -1, ignoreAuthErrorAbort: true, reconnectTimeWait: 250, reconnectJitter: 250, timeout: 5_000, pingInterval: 20_000, maxPingOut: 2,
  });
}
