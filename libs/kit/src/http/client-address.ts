import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import type { ProxyTrust } from './trusted-proxies.js';

type Asked = { readonly headers: IncomingMessage['headers']; readonly socket: Pick<IncomingMessage['socket'], 'remoteAddress'> };

/**
 * Where a request comes from, by the rule by which Fastify computes `request.ip`: from the other end of the connection
 * towards the client for as long as the one who tells may be believed. What a client wrote in front is never reached.
 */
export function clientAddressOf({ headers, socket }: Asked, trust: ProxyTrust | boolean): string {
  const forwarded = [headers['x-forwarded-for']].flat().join(',').split(',').map((each) => each.trim()).filter(Boolean).reverse();
  const path = [socket.remoteAddress ?? '', ...forwarded];
  const mayTell = typeof trust === 'function' ? trust : () => trust;
  const end = path.findIndex((address, hop) => hop === path.length - 1 || !mayTell(address, hop));
  return path[end] ?? '';
}

const groupsOfNetwork = 4;

/** Who counts as one where attempts are counted: an IPv4 address, or a whole IPv6 network of 64 bits, which one customer has. */
export function attackerOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  if (!isIPv6(plain)) return plain;
  const [head = '', tail = ''] = plain.toLowerCase().split('::');
  const groups = head === '' ? [] : head.split(':');
  const behind = tail === '' ? [] : tail.split(':');
  while (groups.length + behind.length < 8) groups.push('0');
  return [...groups, ...behind].slice(0, groupsOfNetwork).map((group) => group.replace(/^0+(?=.)/, '')).join(':');
}
