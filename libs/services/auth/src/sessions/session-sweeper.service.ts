import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { AuthConfig } from '../auth.config.js';
import { SessionLimits } from './session-limits.js';
import { SessionsRepository } from './sessions.repository.js';

/**
 * Ends sessions that nobody renews any more, within seconds of their limit, and tells it as a revocation: so that an
 * open socket or a running stream does not outlive its session. Every replica may sweep at any time.
 */
@Injectable()
export class SessionSweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopped = new AbortController();
  private running?: Promise<void>;

  constructor(
    private readonly sessions: SessionsRepository,
    private readonly limits: SessionLimits,
    private readonly config: AuthConfig,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopped;
    while (!signal.aborted) {
      await pause(this.config.AUTH_SESSION_SWEEP_MS, undefined, { signal, ref: false }).catch(() => undefined);
      // What could not be ended now is ended at the next sweep; its tokens expire by themselves.
      if (!signal.aborted) await this.sweep().catch(() => undefined);
    }
  }

  private async sweep(): Promise<void> {
    const now = new Date();
    const idleSince = (station: 'own' | 'shared') => new Date(now.getTime() - this.limits.idleMs(station));
    const overdue = { now, ownIdleSince: idleSince('own'), sharedIdleSince: idleSince('shared') };
    await this.sessions.transaction(async (manager) => {
      const sessionIds = await this.sessions.lockOverdue(manager, overdue);
      if (sessionIds.length > 0) await this.sessions.endThese(manager, sessionIds, 'expired');
    });
  }
}
