import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FrameReader, ProtocolViolation } from './frame-reader.js';
import { readDataRow, readNotificationChannel, readStartup, simpleQuery, splitMessages, startupMessage } from './messages.js';
import { searchPathIn } from './search-path.js';
import { fitsVerifier } from './password-check.js';
import { inspect } from './statements.js';
import { TurnQueue } from './turn-queue.js';

function typed(typeByte: number, body: Uint8Array): Buffer {
  const frame = Buffer.alloc(5 + body.length);
  frame[0] = typeByte;
  frame.writeInt32BE(4 + body.length, 1);
  frame.set(body, 5);
  return frame;
}

function chunked(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((left, right) => left - right);
  return [...places, bytes.length].map((end, index) => bytes.subarray(places[index - 1] ?? 0, end));
}

const frames = fc.array(fc.record({ typeByte: fc.integer({ min: 1, max: 255 }), body: fc.uint8Array({ maxLength: 300 }) }), { maxLength: 12 });

const parse = (name: string, sql: string) => typed(0x50, Buffer.concat([Buffer.from(`${name}\0${sql}\0`), Buffer.from([0, 1, 0, 0, 0, 23])]));
const textOf = (frame: Buffer) => frame.subarray(5).toString().split('\0').filter((part) => part.length > 2)[0];

describe('frame reader', () => {
  it('cuts the same messages out of a stream, however it was chunked', () => {
    fc.assert(
      fc.property(frames, fc.array(fc.nat(), { maxLength: 40 }), (content, cuts) => {
        const startup = startupMessage({ user: 'va_users', options: '-c search_path=users' });
        const expected = content.map(({ typeByte, body }) => typed(typeByte, body));
        const reader = new FrameReader();
        const found: Buffer[] = [];
        for (const chunk of chunked(Buffer.concat([startup, ...expected]), cuts)) {
          reader.push(chunk);
          if (found.length === 0) {
            const first = reader.nextUntyped();
            if (!first) continue;
            found.push(first);
          }
          for (let frame = reader.next(); frame; frame = reader.next()) found.push(frame);
        }
        expect(found.map((frame) => frame.toString('hex'))).toEqual([startup, ...expected].map((frame) => frame.toString('hex')));
      }),
    );
  });

  it('ends a connection that announces an impossible length, whatever follows', () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer({ max: 3 }), fc.integer({ min: 300_000_000, max: 2_147_483_647 })), (length) => {
        const frame = Buffer.from([0x51, 0, 0, 0, 0]);
        frame.writeInt32BE(length, 1);
        const reader = new FrameReader();
        reader.push(frame);
        expect(() => reader.next()).toThrow(ProtocolViolation);
      }),
    );
  });

  it('splits replies and never loops on hostile bytes', () => {
    fc.assert(
      fc.property(frames, (content) => {
        const expected = content.map(({ typeByte, body }) => typed(typeByte, body));
        expect([...splitMessages(Buffer.concat(expected))].map((message) => message.toString('hex'))).toEqual(expected.map((message) => message.toString('hex')));
      }),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => void readStartup(Buffer.from(bytes))));
  });

  it('reads parameters, rows and channels', () => {
    expect(readStartup(startupMessage({ user: 'ä', database: 'x' }))).toEqual({ kind: 'start', parameters: new Map([['user', 'ä'], ['database', 'x']]) });
    const row = Buffer.from([0, 3, 0, 0, 0, 2, 0x68, 0x69, 255, 255, 255, 255, 0, 0, 0, 0]);
    expect(readDataRow(typed(0x44, row))).toEqual(['hi', null, '']);
    expect(readNotificationChannel(typed(0x41, Buffer.from('\0\0\0\0jobs\0payload\0')))).toBe('jobs');
  });
});

describe('search path in the options of a connection', () => {
  it('is the last one given, unescaped', () => {
    expect(searchPathIn('')).toBe('');
    expect(searchPathIn('-c search_path=users,extensions')).toBe('users,extensions');
    expect(searchPathIn('-c search_path=users,extensions -c statement_timeout=1 -c search_path="kb_queue",\\ public')).toBe('"kb_queue", public');
  });

  it('is refused when it is anything but names', () => {
    for (const path of ['x;SET\\ SESSION\\ AUTHORIZATION\\ postgres', "a'b", 'a,,b', '"open', '""']) expect(() => searchPathIn(`-c search_path=${path}`)).toThrow(ProtocolViolation);
    fc.assert(
      fc.property(fc.string(), (path) => {
        try {
          expect(searchPathIn(`-c search_path=${path}`)).toMatch(/^$|^(?:"[^"]+"|[\w$]+)(?:, ?(?:"[^"]+"|[\w$]+))*$/);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolViolation);
        }
      }),
    );
  });
});

describe('statements that concern one connection only', () => {
  it('notes LISTEN with the channel as the server folds it', () => {
    expect(inspect(simpleQuery('LISTEN Jobs; listen "Events"')).listen).toEqual(['jobs', 'Events']);
    expect(inspect(parse('', '-- why\n/* and\nhow */ LISTEN jobs')).listen).toEqual(['jobs']);
    expect(inspect(simpleQuery("INSERT INTO note VALUES ('please listen to me')")).listen).toEqual([]);
  });

  it('answers UNLISTEN itself, in both forms of a query', () => {
    for (const frame of [simpleQuery('UNLISTEN *'), parse('statement', 'unlisten *;')]) {
      const { frame: changed, unlisten } = inspect(frame);
      expect(unlisten).toBe('*');
      expect(textOf(changed) ?? '').not.toContain('nlisten');
      expect(changed.readInt32BE(1)).toBe(changed.length - 1);
    }
  });

  it('refuses to change the role and nothing else', () => {
    const refused = ['SET ROLE postgres', 'reset  role', 'BEGIN; SET LOCAL SESSION AUTHORIZATION postgres', 'DISCARD ALL', '/* sly */ SET ROLE x', "SELECT set_config('role', 'postgres', false)"];
    for (const sql of refused) for (const frame of [simpleQuery(sql), parse('', sql)]) expect(textOf(inspect(frame).frame)).toContain('insufficient_privilege');
    const allowed = ['SET search_path TO a', 'SELECT role FROM grants', "UPDATE grants SET role = 'admin'", 'RESET ALL', 'DISCARD PLANS', 'SET session_replication_role = DEFAULT'];
    for (const sql of allowed) for (const frame of [simpleQuery(sql), parse('', sql)]) expect(inspect(frame).frame).toBe(frame);
  });

  it('passes every other message through untouched', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 255 }).filter((byte) => byte !== 0x50 && byte !== 0x51), fc.uint8Array({ maxLength: 100 }), (typeByte, body) => {
        const frame = typed(typeByte, body);
        expect(inspect(frame)).toEqual({ frame, listen: [] });
      }),
    );
  });
});

it('passwords fit the verifier that PostgreSQL makes of them, and no other', async () => {
  // RFC 7677, section 3: user "user", password "pencil"
  const verifier = 'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=';
  expect(await fitsVerifier('pencil', verifier)).toBe(true);
  expect(await fitsVerifier('pencils', verifier)).toBe(false);
  expect(await fitsVerifier('', '')).toBe(false);
});

it('turns are given in the order of asking, one at a time', async () => {
  const turns = new TurnQueue();
  const order: number[] = [];
  await Promise.all(
    [1, 2, 3].map(async (number) => {
      await turns.take();
      order.push(number);
      await Promise.resolve();
      order.push(-number);
      turns.pass();
    }),
  );
  expect(order).toEqual([1, -1, 2, -2, 3, -3]);
});
