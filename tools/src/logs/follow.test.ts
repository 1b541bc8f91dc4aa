import { expect, it } from '@jest/globals';
import { linesOf, story } from './follow.js';

const line = (fields: object) => JSON.stringify({ level: 'info', process: 'gateway', service: 'gateway', ...fields });
const written = [
  `gateway          ${line({ time: '2026-11-29T10:00:00.300Z', requestId: 'request-1', traceId: 'a', method: 'POST', route: '/api/conversations/ask', status: 200, durationMs: 290, complete: true, msg: 'answered' })}`,
  'NATS says something of its own {not json}',
  `kb-1  | ${line({ time: '2026-11-29T10:00:00.100Z', process: 'kb-indexer', service: 'kb-indexer', requestId: 'request-1', traceId: 'a', subject: 'va.v1.kb.rpc.passages.search', outcome: 'ok', durationMs: 40, msg: 'call answered' })}`,
  line({ time: '2026-11-29T10:00:00.200Z', process: 'realtime', service: undefined, traceId: 'a', msg: 'without its id' }),
  line({ time: '2026-11-29T10:00:00.150Z', requestId: 'request-2', traceId: 'b', msg: 'somebody else' }),
  line({ time: '2026-11-29T10:00:00.160Z', requestId: 'request-3', traceId: 'a', msg: 'another request of the trace' }),
];

it('puts the lines of one request in the order of time, behind any prefix, with those of its trace that have no id', () => {
  expect(linesOf('request-1', written).map(({ service, message }) => `${service} ${message}`)).toEqual(['kb-indexer call answered', 'realtime without its id', 'gateway answered']);
});

it('tells when, where, what, how it ended and how long it took', () => {
  const rows = story('request-1', written).split('\n');
  expect(rows.slice(0, 3)).toEqual(['request request-1', 'from 2026-11-29T10:00:00.100Z for 200 ms, 3 lines of kb-indexer, realtime, gateway', 'trace a']);
  expect(rows[4]).toMatch(/^ +\+0 ms +info +kb-indexer +call answered +va\.v1\.kb\.rpc\.passages\.search +ok +40 ms$/);
  expect(rows[6]).toMatch(/^ +\+200 ms +info +gateway +answered +POST \/api\/conversations\/ask +200 +290 ms$/);
});

it('says so when there is none', () => {
  expect(story('request-9', written)).toMatch(/^no line of request request-9/);
});
