import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { clientAddressOf } from './client-address.js';

const edge = { addressOf: () => '192.0.2.1' };
const asked = (forwarded?: string | string[]) => ({ headers: { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage; // as much of a request as is looked at

describe('the address of a socket', () => {
  it('behind the gateway is what the gateway has added last, whatever a client has written in front', () => {
    expect(clientAddressOf(asked('203.0.113.9'), edge, true)).toBe('203.0.113.9');
    expect(clientAddressOf(asked('10.66.66.66, 203.0.113.9'), edge, true)).toBe('203.0.113.9');
    expect(clientAddressOf(asked(['10.66.66.66', '203.0.113.9']), edge, true)).toBe('203.0.113.9');
  });

  it('elsewhere is what the server itself computes for every request', () => {
    expect(clientAddressOf(asked('203.0.113.9'), edge, false)).toBe('192.0.2.1');
    expect(clientAddressOf(asked(), edge, true)).toBe('192.0.2.1');
  });
});
