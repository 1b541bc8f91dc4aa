import { z } from 'zod';
import { notAudited } from './audit.js';
import { job, request, stream } from './contract.js';

/** Compiled, never run: an operation cannot be silent about its audit. */
const nothing = z.object({});
const subject = 'va.v1.users.rpc.things.ask';

export const recorded = request({ subject, access: 'public', input: nothing, output: nothing, audit: 'things.ask' });
export const exempt = stream({ subject, access: 'public', input: nothing, item: nothing, audit: notAudited('tells only the time') });

// @ts-expect-error a request says how it is audited
export const silentRequest = request({ subject, access: 'public', input: nothing, output: nothing });

// @ts-expect-error a stream says how it is audited
export const silentStream = stream({ subject, access: 'public', input: nothing, item: nothing });

// @ts-expect-error a job says how it is audited
export const silentJob = job({ subject, payload: nothing, attempts: 1, leaseMs: 1_000 });

// @ts-expect-error an action is `<area>.<act>`
export const nameless = request({ subject, access: 'public', input: nothing, output: nothing, audit: '' });

// @ts-expect-error an exemption has a reason
export const unexplained = request({ subject, access: 'public', input: nothing, output: nothing, audit: {} });
