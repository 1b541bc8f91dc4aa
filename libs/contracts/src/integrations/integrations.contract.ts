import { z } from 'zod';
import { request } from '../kernel/contract.js';
import { PageQuery, pageOf } from '../kernel/envelope.js';
import { Instant } from '../kernel/ids.js';
import { service } from '../kernel/service-contract.js';

/** A link to an outside system. None can be made yet; the list is the truth and therefore empty. */
export const Connection = z.object({ connectionId: z.uuid(), kind: z.string(), name: z.string(), createdAt: Instant });

export const integrations = service('integrations', {
  listConnections: request({
    subject: 'va.v1.integrations.rpc.connections.list', input: PageQuery, output: pageOf(Connection), access: 'integrations.read', audit: 'integrations.list-connections',
    http: { method: 'GET', path: '/api/integrations/connections', list: true },
  }),
});
