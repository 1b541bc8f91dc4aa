import type { PartContext } from '@voiceassist/kit';
import { DataSource } from 'typeorm';
import type { Bus } from '../bus/bus.js';
import { Outbox } from '../outbox/outbox.js';
import type { AuditTrail } from './audit-trail.js';
import { BusAuditTrail } from './bus-audit-trail.js';
import { OutboxAuditTrail } from './outbox-audit-trail.js';

/**
 * Decides at the first audited call, when every part of the service is open: through the service's own outbox where it
 * has one, else over the bus to admin.
 */
export function trailOfService(context: PartContext, bus: Bus): () => AuditTrail {
  let trail: AuditTrail | undefined;
  return () => {
    trail ??= openTrail(context, bus);
    return trail;
  };
}

function openTrail(context: PartContext, bus: Bus): AuditTrail {
  const outbox = provided(() => context.get(Outbox));
  if (!outbox) return new BusAuditTrail(bus, context.service);
  return new OutboxAuditTrail({ outbox, dataSource: context.get(DataSource) }, context.service);
}

function provided<T>(get: () => T): T | undefined {
  try {
    return get();
  } catch {
    return undefined; // `get` throws when no part of the service provides the value
  }
}
