import { metricsOf } from '@voiceassist/kit';

const outcome = ['handled', 'repeated', 'retried', 'dead-letter'] as const;
export type DeliveryOutcome = (typeof outcome)[number];

export const deliveries = metricsOf('messaging').counter({
  name: 'event_deliveries_total', labels: { service: 'service that hears', subject: 'subject of the event', outcome },
  description: 'Events delivered to a service: handled, told before, to be told again, or laid aside as a dead letter.',
});
