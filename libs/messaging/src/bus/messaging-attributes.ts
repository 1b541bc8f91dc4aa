import type { Attributes } from '@opentelemetry/api';

/** What carries a message, in OpenTelemetry's words where it has one. */
export type MessagingSystem = 'nats' | 'in_process' | 'bullmq';

export const messagingSystem = (carrier: 'memory' | 'nats'): MessagingSystem => (carrier === 'nats' ? 'nats' : 'in_process');

/** OpenTelemetry's attributes of a span about one message. A subject never holds an identifier, so that it is its own template. */
export function messagingAttributes({ system, subject, operation }: { system: MessagingSystem; subject: string; operation: 'send' | 'process' }): Attributes {
  return {
    'messaging.system': system,
    'messaging.destination.name': subject,
    'messaging.destination.template': subject,
    'messaging.operation.name': operation,
    'messaging.operation.type': operation,
  };
}
