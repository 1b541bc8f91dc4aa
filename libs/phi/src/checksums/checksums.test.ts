import { describe, expect, it } from '@jest/globals';
import { isDea, isIban, isLuhn, isMedicareBeneficiary, isNhsNumber, isNpi, isRoutingNumber, isVin } from './checksums.js';

const cases = [
  [isLuhn, '4111 1111 1111 1111', '4111 1111 1111 1112'],
  [isNpi, '1234567893', '1234567890'],
  [isDea, 'AB1234563', 'AB1234560'],
  [isVin, '1HGCM82633A004352', '1HGCM82634A004352'],
  [isVin, '1M8GDM9AXKP042788', '1M8GDM9A1KP042788'],
  [isIban, 'GB82 WEST 1234 5698 7654 32', 'GB82 WEST 1234 5698 7654 33'],
  [isRoutingNumber, '021000021', '021000022'],
  [isNhsNumber, '943 476 5919', '943 476 5910'],
  [isMedicareBeneficiary, '1EG4-TE5-MK73', '1EG4-TE5-M173'],
] as const;

describe('checksums', () => {
  it.each(cases)('%p tells %s from %s', (check, right, wrong) => {
    expect(check(right)).toBe(true);
    expect(check(wrong)).toBe(false);
  });

  it('finds every change of one digit', () => {
    const changes = (number: string) => [...number].flatMap((_, at) => [...'0123456789'].map((digit) => number.slice(0, at) + digit + number.slice(at + 1))).filter((changed) => changed !== number);
    for (const [check, number] of [[isNpi, '1234567893'], [isLuhn, '4111111111111111'], [isNhsNumber, '9434765919']] as const) {
      expect(changes(number).filter((changed) => check(changed))).toEqual([]);
    }
  });
});
