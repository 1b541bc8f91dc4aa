import { describe, expect, it } from '@jest/globals';
import { findPhi } from '../find-phi.js';
import { maskPhi } from '../mask/mask-phi.js';
import { canaryNote, phiCanaries } from './canaries.js';

describe('canaries', () => {
  it('stand for every class', () => {
    expect([...new Set(phiCanaries.map(({ safeHarborClass }) => safeHarborClass))].join('')).toBe('ABCDEFGHIJKLMNOPQR');
  });

  it.each(phiCanaries)('$kind is found in its sentence, under its kind', ({ kind, value, sentence }) => {
    const start = sentence.indexOf(value);
    expect(findPhi(sentence).find((span) => span.start <= start && span.end >= start + value.length)?.kind).toBe(kind);
  });

  it('are all masked in one note', () => {
    const { text } = maskPhi(canaryNote);
    expect(phiCanaries.filter(({ value }) => text.includes(value)).map(({ kind }) => kind)).toEqual([]);
  });
});
