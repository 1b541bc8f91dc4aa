import { describe, expect, it } from '@jest/globals';
import type { LogFn } from 'pino';
import { commonFailure } from '../errors/app-error.js';
import { createLogger } from './create-logger.js';
import { NestLogger } from './nest-logger.js';
import { PinoServiceLogger } from './pino.service-logger.js';
import type { ServiceLogger } from './service-logger.js';

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

function recordingLogger(format: 'json' | 'text' = 'json') {
  const lines: string[] = [];
  const logger = createLogger('test', { LOG_LEVEL: 'trace', LOG_FORMAT: format } as never, { write: (line) => void lines.push(line) });
  return { logger, lines };
}

/** What people and secrets look like; no part of any of them may be found in a log. */
const canaries = [
  'Jane CANARY Doe, 1970-01-01', 'CANARY what is the dose of "vancomycin" in renal failure?', 'canary.jane@example.org',
  'eyJhbGciOiJFUzI1NiJ9.eyJDQU5BUlkiOiIxIn0.c2lnbmF0dXJlQ0FOQVJZ', "Patient's CANARY\nsecond line", '٤٢ CANARY سؤال', 'CANARY'.repeat(2000),
];

class DriverError extends Error {
  override name = 'DriverError';
  readonly code = '23505';

  constructor(text: string, readonly detail: string, readonly parameters: readonly string[]) {
    super(text);
  }
}

function shapesOf(canary: string): (readonly unknown[])[] {
  const driverError = new DriverError(`duplicate key ${canary}`, `Key (email)=(${canary}) already exists.`, [canary]);
  const named = new Error('nothing');
  named.name = canary;
  const multiline = new Error(`${canary}\n    at CANARY (looks like a frame)`);
  const self: Record<string, unknown> = { note: canary };
  self.self = self;
  const throwing = { get secret(): string { throw new Error(canary); } };
  const anyKeys = ['password', 'token', 'content', 'query', 'question', 'email', 'displayName', 'note', 'x', 'headers', 'fileName', 'userName', 'requestBody'];
  return [
    ...anyKeys.map((key) => [{ [key]: canary }, 'a line']),
    [{ userId: canary }, 'an id that is none'], [{ code: canary, name: canary, url: `https://example.org/?q=${canary}` }, 'codes that are none'],
    [driverError], [{ err: driverError }], [{ err: driverError }, 'failed'], [{ error: driverError, deep: { er: { er: driverError } } }, 'failed'],
    [new Error('outer', { cause: new Error(canary, { cause: canary }) })], [new AggregateError([new Error(canary)], canary)], [named], [multiline], [{ err: multiline }],
    [commonFailure('INVALID_INPUT', `Wrong: ${canary}`, { details: canary, field: canary })],
    ['said %s and %o', canary, { said: canary }], [{ count: 1 }, 'said %s', canary], ['given %j', [canary]], [{ said: canary }],
    [{ list: [canary, [canary]], map: new Map([[canary, canary]]), set: new Set([canary]), bytes: Buffer.from(canary), when: new Date(0) }, 'collections'],
    [{ [canary]: 1, nested: { [canary]: { [canary]: canary } } }, 'keys'], [self, 'circular'], [throwing, 'getter'],
    [{ req: { headers: { authorization: `Bearer ${canary}`, cookie: canary }, url: `/api/${canary}`, body: { content: canary } }, res: { body: canary } }, 'request'],
    [{ fn: () => canary, symbol: Symbol(canary), tag: { toString: () => canary, toJSON: () => canary } }, 'odd values'],
    [{ msg: canary, level: canary, time: canary }, 'reserved names'], [{ msg: canary }],
    [`Key (email)=(${canary}) already exists`], [`invalid input syntax for type uuid: "${canary.replaceAll('"', '')}"`],
  ];
}

const leaks = (line: string): boolean => /canary|vancomycin|jane|سؤال|c2lnbmF0|Q0FOQVJZ|1970-01-01/i.test(line.replaceAll('1970-01-01T00:00:00.000Z', ''));

describe('the log', () => {
  it('never prints secrets or what people said, in any shape of call', () => {
    const { logger, lines } = recordingLogger();
    const service: ServiceLogger = new PinoServiceLogger(logger);
    const nest = new NestLogger(logger);
    let calls = 0;
    for (const canary of canaries) {
      for (const shape of shapesOf(canary)) {
        for (const level of levels) {
          logger[level](...(shape as Parameters<LogFn>));
          calls += 1;
        }
        const fields = shape.find((each): each is object => typeof each === 'object' && each !== null) ?? {};
        service.warn('something happened', { fields, err: fields });
        logger.child({ email: canary, service: 'users', [canary]: canary }).info(fields, 'from a child');
        nest.error(fields instanceof Error ? fields : new Error(canary), `Error: ${canary}\n    at x`, 'Context');
        calls += 3;
      }
    }
    expect(calls).toBeGreaterThan(1_000);
    expect(lines).toHaveLength(calls);
    expect(lines.filter(leaks)).toEqual([]);
    for (const line of lines) expect(() => JSON.parse(line) as unknown).not.toThrow();
  });

  it('keeps ids, codes, durations and the place of an error', () => {
    const { logger, lines } = recordingLogger();
    const documentId = '7e8f5e52-2a2f-4c4f-9f43-2a6a5a0e3b10';
    const error = new DriverError('duplicate', 'row', []);
    logger.child({ service: 'kb-indexer' }).child({ consumer: 'indexer' }).error({ documentId, durationMs: 12.5, route: '/api/kb/:documentId', subject: 'va.v1.kb.rpc.x.y', attempts: 3, err: error }, 'indexing failed');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'error', process: 'test', service: 'kb-indexer', consumer: 'indexer', documentId, durationMs: 12.5, route: '/api/kb/:documentId', subject: 'va.v1.kb.rpc.x.y', attempts: 3,
      msg: 'indexing failed', err: { type: 'DriverError', code: '23505', stack: expect.arrayContaining([expect.stringContaining('create-logger.test')]) as unknown },
    });
  });

  it('tells of a text only how long it is, and leaves constant messages as they are', () => {
    const { logger, lines } = recordingLogger();
    logger.info({ question: 'hidden anyway', remark: 'twelve chars' }, 'the answer is stored');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ question: '[hidden]', remark: '[text 12]', msg: 'the answer is stored' });
  });

  it('writes one readable line when asked for text', () => {
    const { logger, lines } = recordingLogger('text');
    logger.warn({ route: '/ready', status: 503 }, 'answered');
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} warn {2}test: answered route=\/ready status=503\n$/);
  });

  it('does not compile a message that is not a constant', () => {
    const { logger } = recordingLogger();
    const service: ServiceLogger = new PinoServiceLogger(logger);
    const said = String(Math.random());
    service.info('a constant');
    // @ts-expect-error -- a variable may carry what a person said
    service.info(said);
    // @ts-expect-error -- and so may an interpolated text
    service.info(`said ${said}`);
  });
});
