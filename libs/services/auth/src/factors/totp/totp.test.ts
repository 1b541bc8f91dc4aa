import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newRecoveryCodes, recoveryCodeOf } from '../recovery-codes/recovery-code-text.js';
import { newTotpSecret, stepOfCode, totpUri } from './totp.js';

/** RFC 6238, appendix B, for SHA-1; the last six of its eight digits. */
const vectors: readonly (readonly [number, string])[] = [
  [59, '287082'], [1_111_111_109, '081804'], [1_111_111_111, '050471'], [1_234_567_890, '005924'], [2_000_000_000, '279037'], [20_000_000_000, '353130'],
];
const secretOfRfc = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

describe('one-time codes', () => {
  it.each(vectors)('agree with RFC 6238 at second %i', (second, code) => {
    expect(stepOfCode(secretOfRfc, code, second * 1_000)).toBe(Math.floor(second / 30));
  });

  it('are good one step before and after their own, and no longer', () => {
    const steps = [-2, -1, 0, 1, 2].map((away) => stepOfCode(secretOfRfc, '050471', (1_111_111_111 + away * 30) * 1_000));
    expect(steps).toEqual([null, 37_037_037, 37_037_037, 37_037_037, null]);
  });

  it('may be typed with blanks, and are six digits', () => {
    expect(stepOfCode(secretOfRfc, ' 050 471 ', 1_111_111_111_000)).not.toBeNull();
    fc.assert(fc.property(fc.string().filter((text) => !/^\s*(?:\d\s*){6}$/.test(text)), (text) => expect(stepOfCode(secretOfRfc, text)).toBeNull()));
  });

  it('have secrets of 160 bits, and a label that apps can read', () => {
    const secret = newTotpSecret();
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(totpUri(secret, 'ada@h.example')).toBe(`otpauth://totp/VoiceAssist:ada%40h.example?issuer=VoiceAssist&secret=${secret}&algorithm=SHA1&digits=6&period=30`);
  });
});

describe('recovery codes', () => {
  it('are ten, each with its own beginning, and are understood however they are typed', () => {
    const codes = newRecoveryCodes();
    expect(new Set(codes.map((code) => code.slice(0, 2))).size).toBe(10);
    for (const code of codes) {
      expect(code).toMatch(/^[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}$/);
      expect(recoveryCodeOf(` ${code.toUpperCase().replaceAll('-', ' ')} `)?.code).toBe(code.replaceAll('-', ''));
    }
    for (const wrong of ['', 'abcd-efgh', 'abcd-efgh-jkm0', 'abcd-efgh-jkmnp']) expect(recoveryCodeOf(wrong)).toBeNull();
  });
});
