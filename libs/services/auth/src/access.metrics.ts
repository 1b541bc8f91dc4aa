import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { metricsOf, observeMetrics } from '@voiceassist/kit';
import { DataSource } from 'typeorm';

const metrics = metricsOf('auth');
const sessions = metrics.gauge({ name: 'auth_sessions_active', description: 'Sessions that have not ended.' });
const locked = metrics.gauge({ name: 'auth_locked_accounts', description: 'Addresses at which attempts to sign in are being refused because of failures, also addresses of nobody here.' });
const unreviewed = metrics.gauge({ name: 'emergency_access_unreviewed', description: 'Emergency accesses that nobody has reviewed.' });
const oldestUnreviewed = metrics.gauge({ name: 'emergency_access_oldest_unreviewed_age_seconds', unit: 's', description: 'Age of the oldest emergency access that nobody has reviewed; 0 when there is none.' });

interface Numbers {
  readonly sessions: number;
  readonly locked: number;
  readonly unreviewed: number;
  readonly oldest: number;
}

const keptMs = 10_000;
const statement = `SELECT
  (SELECT count(*)::int FROM auth.session WHERE ended_at IS NULL) AS sessions,
  (SELECT count(*)::int FROM auth.sign_in_attempt WHERE blocked_until > clock_timestamp()) AS locked,
  (SELECT count(*)::int FROM auth.emergency WHERE reviewed_at IS NULL) AS unreviewed,
  (SELECT coalesce(extract(epoch FROM clock_timestamp() - min(opened_at)), 0)::float8 FROM auth.emergency WHERE reviewed_at IS NULL) AS oldest`;

/** Shows who is in, who is kept out, and what waits for a review. */
@Injectable()
export class AccessMetrics implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private stop: () => void = () => undefined;

  constructor(private readonly dataSource: DataSource) {}

  onApplicationBootstrap(): void {
    this.stop = observeMetrics({
      of: [sessions, locked, unreviewed, oldestUnreviewed],
      keptMs,
      read: async (see) => {
        const [numbers] = await this.dataSource.query<Numbers[]>(statement);
        if (!numbers) return;
        see(sessions, numbers.sessions);
        see(locked, numbers.locked);
        see(unreviewed, numbers.unreviewed);
        see(oldestUnreviewed, numbers.oldest);
      },
    });
  }

  beforeApplicationShutdown(): void {
    this.stop();
  }
}
