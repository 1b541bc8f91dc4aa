import { BlockList, isIPv6 } from 'node:net';
import type { LabelSelector } from 'kubernetes-types/meta/v1.js';
import type { IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from 'kubernetes-types/networking/v1.js';

type Labels = Readonly<Record<string, string>>;

/** A pod of the cluster, or an address that is none. */
export interface Place {
  readonly name: string;
  readonly address?: string;
  readonly pod?: {
    readonly namespace: string;
    readonly namespaceLabels: Labels;
    readonly labels: Labels;
    /** Ports that have a name. */
    readonly namedPorts?: Readonly<Record<string, number>>;
  };
}

export interface Port {
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly port: number;
}

export interface Connection {
  readonly from: Place;
  readonly to: Place;
  readonly port: Port;
}

function selects({ matchLabels = {}, matchExpressions = [] }: LabelSelector, labels: Labels): boolean {
  if (Object.entries(matchLabels).some(([key, value]) => labels[key] !== value)) return false;
  return matchExpressions.every(({ key, operator, values = [] }) => {
    const value = labels[key];
    switch (operator) {
      case 'In': return value !== undefined && values.includes(value);
      case 'NotIn': return value === undefined || !values.includes(value);
      case 'Exists': return value !== undefined;
      case 'DoesNotExist': return value === undefined;
      default: throw new Error(`A selector has no operator ${operator}`);
    }
  });
}

const familyOf = (text: string) => (isIPv6(text) ? 'ipv6' : 'ipv4');

/** IPv4 blocks say nothing of IPv6 addresses, and the other way round. */
function within(address: string, blocks: readonly string[]): boolean {
  return blocks.some((block) => {
    const [network = '', bits = ''] = block.split('/');
    if (familyOf(network) !== familyOf(address)) return false;
    const list = new BlockList();
    list.addSubnet(network, Number(bits), familyOf(network));
    return list.check(address, familyOf(address));
  });
}

const inBlock = ({ cidr, except = [] }: IPBlock, address: string | undefined) => address !== undefined && within(address, [cidr]) && !within(address, except);

function isPeer({ podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer, place: Place, policyNamespace: string): boolean {
  if (ipBlock) return inBlock(ipBlock, place.address);
  if (!place.pod) return false;
  const inNamespace = namespaceSelector ? selects(namespaceSelector, place.pod.namespaceLabels) : place.pod.namespace === policyNamespace;
  return inNamespace && (!podSelector || selects(podSelector, place.pod.labels));
}

/** Named ports mean the ports of the pod that is spoken to. */
function isPort({ protocol = 'TCP', port, endPort }: NetworkPolicyPort, { to, port: wanted }: Connection): boolean {
  if (protocol !== wanted.protocol) return false;
  if (port === undefined) return true;
  if (typeof port === 'string') return to.pod?.namedPorts?.[port] === wanted.port;
  return endPort === undefined ? port === wanted.port : port <= wanted.port && wanted.port <= endPort;
}

interface Side {
  readonly policies: readonly NetworkPolicy[];
  readonly connection: Connection;
}

const typesOf = ({ spec }: NetworkPolicy) => spec?.policyTypes ?? ['Ingress', ...(spec?.egress?.length ? ['Egress'] : [])];

/** Whether the policies that select one end let the connection pass there; without such a policy everything passes. */
function passes(direction: 'Ingress' | 'Egress', { policies, connection }: Side): boolean {
  const [own, other] = direction === 'Egress' ? [connection.from, connection.to] : [connection.to, connection.from];
  const { pod } = own;
  if (!pod) return true;
  const selecting = policies.filter((policy) =>
    policy.metadata?.namespace === pod.namespace && typesOf(policy).includes(direction) && policy.spec && selects(policy.spec.podSelector, pod.labels));
  if (selecting.length === 0) return true;
  return selecting.some(({ spec }) => {
    const rules = direction === 'Egress'
      ? (spec?.egress ?? []).map(({ to, ports }) => ({ peers: to, ports }))
      : (spec?.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports }));
    return rules.some(({ peers = [], ports = [] }) =>
      (peers.length === 0 || peers.some((peer) => isPeer(peer, other, pod.namespace))) && (ports.length === 0 || ports.some((port) => isPort(port, connection))));
  });
}

/** Whether a connection is let out at its start and in at its end. Policies add up; they never take away. */
export function isAllowed(policies: readonly NetworkPolicy[], connection: Connection): boolean {
  return passes('Egress', { policies, connection }) && passes('Ingress', { policies, connection });
}
