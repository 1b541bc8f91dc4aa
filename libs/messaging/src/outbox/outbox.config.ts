import { Config, setting } from '@voiceassist/kit';
import { z } from 'zod';

/** How events are relayed and kept. */
export class OutboxConfig extends Config({
  OUTBOX_POLL_MS: setting(z.coerce.number().int().min(20).max(60_000).default(5_000), 'How often the relay looks for events that nobody woke it for, in milliseconds.'),
  OUTBOX_RETENTION_DAYS: setting(z.coerce.number().int().min(7).max(20).default(7), 'How long told events stay in the outbox, in days; they can be told again that long.'),
  EVENT_MAX_DELIVERIES: setting(z.coerce.number().int().min(1).max(100).default(10), 'After how many failed deliveries an event becomes a dead letter of its consumer.'),
  EVENT_RETRY_MS: setting(z.coerce.number().int().min(10).max(60_000).default(500), 'Pause before the second delivery of an event, in milliseconds; it doubles with every further one, up to a minute.'),
  EVENT_REPLICAS: setting(z.coerce.number().int().min(1).max(5).default(1), 'On how many NATS servers each event is stored; read when the stream is first created.'),
}) {}
