import { metricsOf, observeMetrics } from '@voiceassist/kit';
import type { RevocationFeed } from './revocation-feed.js';

const age = metricsOf('messaging').gauge({
  name: 'auth_revocation_feed_age_seconds', unit: 's', labels: { service: 'service that admits people' },
  description: 'Time since the service last knew which sessions had ended; it admits nobody when this grows too old.',
});

export function reportFeed(service: string, feed: RevocationFeed): () => void {
  return observeMetrics({
    of: [age],
    read: (see) => {
      if (Number.isFinite(feed.freshness)) see(age, feed.freshness / 1_000, { service });
    },
  });
}
