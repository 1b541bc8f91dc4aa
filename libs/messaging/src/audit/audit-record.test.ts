import { describe, expect, it } from '@jest/globals';
import { Call } from '@voiceassist/kit';
import fc from 'fast-check';
import { noteForAudit, notesOf } from './audit-notes.js';
import { AuditNumbers } from './audit-numbers.js';
import { canonicalJson, contentHash } from './canonical-json.js';
import { clientNetwork } from './client-network.js';

function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).reverse().map(([name, content]) => [name, shuffled(content)]));
}

describe('canonical JSON', () => {
  it('is JSON, says the same, and does not depend on the order of keys', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonicalJson(shuffled(value))).toBe(text);
      expect(canonicalJson(JSON.parse(text))).toBe(text);
    }));
  });

  it('leaves out what is undefined and refuses what JSON cannot say', () => {
    expect(canonicalJson({ b: undefined, a: [undefined, 1.5] })).toBe('{"a":[null,1.5]}');
    for (const value of [undefined, Number.NaN, Number.POSITIVE_INFINITY, () => 1]) expect(() => canonicalJson(value)).toThrow(/JSON/);
    expect(contentHash({ a: 1 })).toBe('015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862');
  });
});

describe('the network of a client', () => {
  it.each([
    ['203.0.113.77', '203.0.113.0/24'],
    ['::ffff:203.0.113.77', '203.0.113.0/24'],
    ['2001:db8:85a3:8d3:1319:8a2e:370:7348', '2001:db8:85a3::/48'],
    ['2001:0DB8::1', '2001:db8:0::/48'],
    ['::1', '0:0:0::/48'],
    ['fe80::1%eth0', 'fe80:0:0::/48'],
    ['no address', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s lies in %s', (address, network) => expect(clientNetwork(address)).toBe(network));

  it('never keeps the last part of an address', () => {
    fc.assert(fc.property(fc.ipV6(), (address) => expect(clientNetwork(address)).toMatch(/^([0-9a-f]{1,4}:){3}:\/48$|^\d+\.\d+\.\d+\.0\/24$/)));
  });
});

describe('what handlers add', () => {
  it('joins identifiers and lets later notes win', () => {
    const call = Call.begin();
    noteForAudit(call, { subjects: { a: '1' }, purpose: 'TREAT' });
    noteForAudit(call, { subjects: { b: '2' }, purpose: 'ETREAT', breakGlass: true });
    expect(notesOf(call)).toEqual({ subjects: { a: '1', b: '2' }, purpose: 'ETREAT', breakGlass: true });
    expect(notesOf(Call.begin())).toEqual({});
  });
});

describe('numbers of a producer', () => {
  it('leave no gap when records could not be kept', () => {
    const numbers = new AuditNumbers();
    const [first, second, third] = [numbers.take(), numbers.take(), numbers.take()];
    expect([first.number, second.number, third.number]).toEqual([1, 2, 3]);
    numbers.giveBack(second);
    expect(numbers.take()).toEqual(second);
    expect(numbers.take().number).toBe(4);
    expect(new AuditNumbers().take().run).not.toBe(first.run);
  });
});
