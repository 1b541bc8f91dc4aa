import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { adviceFor, alone, findPasswordProblem, shortestPassword, type PasswordProblem } from './password-rules.js';

const person = { email: 'jane.whitfield@stmarys.example.org', displayName: 'Jane Whitfield' };

describe('findPasswordProblem', () => {
  const refused: Record<string, PasswordProblem> = {
    'fourteen chars': 'too_short',
    '🙂🙂🙃🙃😀😀😁': 'too_short',
    [`${'long enough to be '.repeat(60)}too long`]: 'too_long',
    'password1234567': 'common',
    'PasswordPassword': 'common',
    '!!!letmein!!!2026': 'common',
    'aaaaaaaaaaaaaaaaaaaa': 'repetitive',
    'abababababababab': 'repetitive',
    'unlikelyunlikelyunlikely': 'repetitive',
    '123456789012345': 'sequence',
    'abcdefghijklmnop': 'sequence',
    'qwertyuiopasdfgh': 'sequence',
    '9876543210zyxwvu': 'sequence',
    'voiceassist-2026': 'personal',
    'Jane.Whitfield-26': 'personal',
    'stmarys.jane.whitfield': 'personal',
  };
  for (const [password, problem] of Object.entries(refused)) {
    it(`refuses "${password.slice(0, 30)}" as ${problem}`, () => expect(findPasswordProblem(password, person)).toBe(problem));
  }

  const accepted = [
    'correct horse battery staple', 'four small grey donkeys', 'Übermäßig grüne Äpfel', '我喜欢在春天的早晨喝一杯热茶看书', 'مفتاح الباب تحت السجادة',
    '🐢🐇🦔🐿🦦🦥🦩🦚🦜🐊🐉🐙🦑🦐🦞', 'jane has three sailing boats', 'x7Qp2mZr9TkWv4Ls', `${'many different words, all in one row '.repeat(3)}end`,
  ];
  for (const password of accepted) {
    it(`accepts "${password.slice(0, 30)}"`, () => expect(findPasswordProblem(password, person)).toBeNull());
  }

  it('asks for 8 characters instead of 15 where a second factor always stands beside the password', () => {
    const besideFactor = { factorEnforced: true };
    expect([shortestPassword(), shortestPassword(besideFactor)]).toEqual([15, 8]);
    for (const good of ['seven lamps', 'grüner Apfel', 'x7Qp2mZr']) {
      expect(findPasswordProblem(good, person, besideFactor)).toBeNull();
      expect(findPasswordProblem(good, person, alone)).toBe('too_short');
    }
    const refusedBesideFactor: Record<string, PasswordProblem> = { 'seven c': 'too_short', 'password': 'common', '12345678': 'common', 'whitfield7': 'personal', abcabcabc: 'repetitive', 'stmary-1': 'personal' };
    for (const [password, problem] of Object.entries(refusedBesideFactor)) {
      expect([password, findPasswordProblem(password, { ...person, organisation: 'Stmary Hospital' }, besideFactor)]).toEqual([password, problem]);
    }
    expect(adviceFor('too_short', besideFactor)).toContain('8 characters');
  });

  it('counts characters after normalisation', () => {
    expect(findPasswordProblem('e\u0301'.repeat(7) + 'abcdxyz', person)).toBe('too_short');
  });

  it('answers for every text, and never refuses 20 random letters and digits', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      findPasswordProblem(text, { email: text, displayName: text });
    }));
    const random = fc.array(fc.constantFrom(...'abcdefghjkmnpqrstuvwxyz23456789'), { minLength: 20, maxLength: 20 }).filter((all) => new Set(all).size > 9);
    fc.assert(fc.property(random, (characters) => {
      expect(findPasswordProblem(characters.join(''), person)).toBeNull();
    }), { seed: 7 });
  });
});
