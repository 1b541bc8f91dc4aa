import { BlockList, isIP } from 'node:net';

/** Whether the proxy at that address, so many hops away from us, may tell who is behind it. */
export type ProxyTrust = (address: string, hop: number) => boolean;

/** Names for networks as Express knows them. */
const named: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

function add(list: BlockList, network: string): boolean {
  const [address = '', prefix, more] = network.split('/');
  const bits = isIP(address) === 6 ? 128 : 32;
  const length = prefix === undefined ? bits : Number(prefix);
  if (isIP(address) === 0 || more !== undefined || prefix === '' || !Number.isInteger(length) || length < 0 || length > bits) return false;
  list.addSubnet(address, length, familyOf(address));
  return true;
}

/** Trust in the addresses and networks of a list separated by commas; undefined when one of them is none. */
export function trustIn(text: string): ProxyTrust | undefined {
  const list = new BlockList();
  const networks = text.split(',').flatMap((each) => named[each.trim()] ?? [each.trim()]);
  if (!networks.every((network) => add(list, network))) return undefined;
  return (address) => isIP(address) > 0 && list.check(address, familyOf(address));
}
