import { Actor } from '@voiceassist/contracts';
import { z } from 'zod';

/** Who caused an event or a job, under which request and trace. */
export const CauseHeaders = z.object({
  requestId: z.string(),
  actor: Actor,
  traceparent: z.string().optional(),
  tracestate: z.string().optional(),
});
export type CauseHeaders = z.infer<typeof CauseHeaders>;

/** An event on its way from an outbox to its consumers. */
export const EventEnvelope = z.object({
  eventId: z.uuid(),
  subject: z.string(),
  payload: z.unknown(),
  headers: CauseHeaders,
});
export type EventEnvelope = z.infer<typeof EventEnvelope>;
