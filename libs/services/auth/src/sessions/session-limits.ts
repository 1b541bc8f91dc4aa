import { Injectable } from '@nestjs/common';
import type { Station } from '@voiceassist/contracts';
import { AuthConfig } from '../auth.config.js';
import type { Session } from './session.entity.js';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** How long sessions live, busy or not. */
@Injectable()
export class SessionLimits {
  constructor(private readonly config: AuthConfig) {}

  /** Time without a renewal after which a session ends. */
  idleMs(station: Station): number {
    const { AUTH_SESSION_IDLE_MINUTES: own, AUTH_SHARED_STATION_IDLE_MINUTES: shared } = this.config;
    return (station === 'shared' ? Math.min(own, shared) : own) * minuteMs;
  }

  /** When a session that begins now ends, however busy it is. */
  absoluteEnd(beginning: Date): Date {
    return new Date(beginning.getTime() + this.config.AUTH_SESSION_HOURS * hourMs);
  }

  isOver({ station, refreshedAt, absoluteExpiresAt }: Pick<Session, 'station' | 'refreshedAt' | 'absoluteExpiresAt'>, at: Date): boolean {
    return at >= absoluteExpiresAt || at.getTime() >= refreshedAt.getTime() + this.idleMs(station);
  }
}
