import { z } from 'zod';
import { notAudited } from '../kernel/audit.js';
import { request } from '../kernel/contract.js';
import { service } from '../kernel/service-contract.js';

export const realtime = service('realtime', {
  /** A one-time key for one socket, good for 30 seconds. */
  issueTicket: request({
    subject: 'va.v1.realtime.rpc.tickets.issue', input: z.object({}), output: z.object({ ticket: z.string(), expiresInSeconds: z.int() }),
    access: 'answers.ask', audit: 'realtime.issue-ticket', http: { method: 'POST', path: '/api/realtime/ticket', status: 201 },
  }),
  countSockets: request({
    subject: 'va.v1.realtime.rpc.statistics.count', input: z.object({}), output: z.object({ openSockets: z.int() }), access: 'service',
    audit: notAudited('counts only, for the audited summary of the administrator'),
  }),
});
