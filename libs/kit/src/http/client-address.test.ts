import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { attackerOf } from './client-address.js';

describe('who counts as one', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'], ['::ffff:203.0.113.7', '203.0.113.7'], ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'], ['2001:DB8:0001:2::', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'], ['::1', '0:0:0:0'], ['fe80::1%eth0', 'fe80:0:0:0'], ['not an address', 'not an address'],
  ])('%s is %s', (address, attacker) => expect(attackerOf(address)).toBe(attacker));

  it('is the same for every address of a network of 64 bits', () => {
    const group = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16));
    fc.assert(fc.property(fc.array(group, { minLength: 4, maxLength: 4 }), fc.array(group, { minLength: 4, maxLength: 4 }), (network, host) => {
      expect(attackerOf([...network, ...host].join(':'))).toBe(network.join(':'));
    }));
  });
});
