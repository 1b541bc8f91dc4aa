import { isIP, isIPv4 } from 'node:net';

/** The first four groups of an IPv6 address written out; undefined when it is none. */
function leadingGroups(address: string): string[] | undefined {
  const [head = '', tail] = address.split('%', 1)[0]?.split('::') ?? [];
  const left = head === '' ? [] : head.split(':');
  if (tail === undefined) return left.slice(0, 3);
  const right = tail === '' ? [] : tail.split(':');
  const missing = Math.max(0, 8 - left.length - right.length);
  return [...left, ...Array.from({ length: missing }, () => '0'), ...right].slice(0, 3);
}

/**
 * The network a client's address lies in: IPv4 cut to 24 bits, IPv6 to 48. Enough to tell the ward from the internet and
 * to see where an attack comes from, too little to follow one device. Undefined for what is no address.
 */
export function clientNetwork(address: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  const mapped = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (isIPv4(mapped)) return `${mapped.split('.').slice(0, 3).join('.')}.0/24`;
  if (isIP(mapped) === 0) return undefined;
  const groups = leadingGroups(mapped)?.map((group) => Number.parseInt(group, 16).toString(16));
  return groups && `${groups.join(':')}::/48`;
}
