import { event, notAudited, request, service, stream } from '@voiceassist/contracts';
import { z } from 'zod';

const nothing = z.object({});
const unheard = notAudited('a probe of the suites');

/** A service that behaves on demand; the suites look at the bus through it. */
export const probe = service('users', {
  double: request({
    subject: 'va.v1.users.rpc.probe.double', access: 'public', audit: unheard,
    input: z.object({ value: z.number().max(1_000_000), times: z.number().default(2) }), output: z.object({ value: z.number() }),
  }),
  echo: request({ subject: 'va.v1.users.rpc.probe.echo', access: 'public', audit: unheard, input: z.object({ value: z.unknown().optional() }), output: z.object({ value: z.unknown().optional(), keys: z.array(z.string()) }) }),
  describeCall: request({
    subject: 'va.v1.users.rpc.probe.describe-call', access: 'public', audit: unheard, input: nothing,
    output: z.object({ requestId: z.string(), actor: z.unknown(), idempotencyKey: z.string().optional(), remainingMs: z.number(), traceId: z.string(), instance: z.string() }),
  }),
  fail: request({
    subject: 'va.v1.users.rpc.probe.fail', access: 'public', audit: unheard, errors: { PROBE_TAKEN: 'conflict' },
    input: z.object({ how: z.enum(['declared', 'common', 'undeclared', 'crash', 'wrong-answer', 'not-an-error']) }), output: z.object({ value: z.number() }),
  }),
  wait: request({ subject: 'va.v1.users.rpc.probe.wait', access: 'public', audit: unheard, input: z.object({ mark: z.string() }), output: nothing }),
  waitBriefly: request({ subject: 'va.v1.users.rpc.probe.wait-briefly', access: 'public', audit: unheard, timeoutMs: 50, input: z.object({ mark: z.string() }), output: nothing }),
  relay: request({ subject: 'va.v1.users.rpc.probe.relay', access: 'public', audit: unheard, input: z.object({ mark: z.string() }), output: nothing }),
  finishWhenTold: request({ subject: 'va.v1.users.rpc.probe.finish-when-told', access: 'public', audit: unheard, input: z.object({ mark: z.string() }), output: z.object({ mark: z.string() }) }),
  inflate: request({ subject: 'va.v1.users.rpc.probe.inflate', access: 'public', audit: unheard, input: z.object({ length: z.number(), ballast: z.string().default('') }), output: z.object({ ballast: z.string() }) }),
  begin: request({ subject: 'va.v1.users.rpc.probe.begin', access: 'public', audit: 'probe.begin', auditTogether: true, input: nothing, output: nothing }),
  forClinicians: request({ subject: 'va.v1.users.rpc.probe.for-clinicians', access: 'break-glass.use', audit: 'probe.clinical', input: z.object({ mark: z.string() }), output: nothing }),
  openDocument: request({
    subject: 'va.v1.users.rpc.probe.open-document', access: 'documents.read', audit: 'probe.open-document', errors: { DOCUMENT_NOT_FOUND: 'not_found' },
    input: z.object({ documentId: z.uuid(), noteId: z.string().default('not a uuid'), title: z.string().default('Secret'), missing: z.boolean().default(false) }),
    output: z.object({ passageId: z.uuid(), text: z.string() }),
  }),
  count: stream({
    subject: 'va.v1.users.rpc.probe.count', access: 'public', audit: unheard, timeoutMs: 60_000, errors: { PROBE_BROKEN: 'unavailable' },
    input: z.object({ to: z.number(), mark: z.string(), failAt: z.number().optional(), crashAt: z.number().optional() }), item: z.object({ index: z.number() }),
  }),
  hang: stream({ subject: 'va.v1.users.rpc.probe.hang', access: 'public', audit: unheard, timeoutMs: 60_000, input: z.object({ mark: z.string() }), item: z.object({ index: z.number() }) }),
  readAloud: stream({
    subject: 'va.v1.users.rpc.probe.read-aloud', access: 'documents.read', audit: 'probe.read-aloud', timeoutMs: 60_000, errors: { VOICE_LOST: 'unavailable' },
    input: z.object({ documentId: z.uuid(), words: z.number(), failAt: z.number().optional() }), item: z.object({ word: z.string() }),
  }),
  happened: event({ subject: 'va.v1.users.evt.probe.happened', payload: nothing }),
});

const looseInput = z.record(z.string(), z.unknown());

/** The same subjects as a caller of another age sees them: it checks nothing, or expects another answer. */
export const otherAge = service('users', {
  double: request({ subject: 'va.v1.users.rpc.probe.double', access: 'public', audit: unheard, input: looseInput, output: z.object({ value: z.number() }) }),
  echo: request({ subject: 'va.v1.users.rpc.probe.echo', access: 'public', audit: unheard, input: z.object({ value: z.unknown().optional() }), output: z.object({ value: z.literal('something else') }) }),
  fail: request({ subject: 'va.v1.users.rpc.probe.fail', access: 'public', audit: unheard, input: looseInput, output: nothing }),
  unserved: request({ subject: 'va.v1.users.rpc.probe.unserved', access: 'public', audit: unheard, input: nothing, output: nothing }),
  unservedStream: stream({ subject: 'va.v1.users.rpc.probe.unserved-stream', access: 'public', audit: unheard, input: nothing, item: nothing }),
});
