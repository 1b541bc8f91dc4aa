import { describe, expect, it } from '@jest/globals';
import type { NetworkPolicy, NetworkPolicySpec } from 'kubernetes-types/networking/v1.js';
import { isAllowed, type Place, type Port } from './network-policies.js';

const pod = (app: string, namespace = 'here', namedPorts: Record<string, number> = {}): Place =>
  ({ name: app, address: '10.1.0.7', pod: { namespace, namespaceLabels: { name: namespace }, labels: { app }, namedPorts } });
const outside = (address: string): Place => ({ name: address, address });
const policy = (spec: NetworkPolicySpec, namespace = 'here'): NetworkPolicy => ({ metadata: { name: 'p', namespace }, spec });
const tcp = (port: number): Port => ({ protocol: 'TCP', port });

const a = pod('a');
const b = pod('b', 'here', { http: 8080 });
const c = pod('c', 'there');
const denyAll = policy({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
const of = (app: string) => ({ podSelector: { matchLabels: { app } } });
const allows = (policies: NetworkPolicy[], ...[from, to, port = tcp(8080)]: [Place, Place, Port?]) => isAllowed(policies, { from, to, port });

describe('network policies', () => {
  it('leave everything open where none selects, and close both ways with an empty one', () => {
    expect(allows([], a, b)).toBe(true);
    expect(allows([denyAll], a, b)).toBe(false);
    expect(allows([denyAll], c, b)).toBe(false);
    expect(allows([denyAll], a, outside('1.1.1.1'))).toBe(false);
    expect(allows([policy({ podSelector: {}, policyTypes: ['Ingress'] }, 'there')], a, b)).toBe(true);
  });

  it('need a way out and a way in; what one allows no other takes away', () => {
    const out = policy({ ...of('a'), policyTypes: ['Egress'], egress: [{ to: [of('b')] }] });
    const into = policy({ ...of('b'), policyTypes: ['Ingress'], ingress: [{ from: [of('a')] }] });
    expect(allows([denyAll, out], a, b)).toBe(false);
    expect(allows([denyAll, into], a, b)).toBe(false);
    expect(allows([denyAll, out, into], a, b)).toBe(true);
    expect(allows([denyAll, out, into], b, a)).toBe(false);
  });

  it('without policyTypes always mean the way in, and the way out only where rules for it stand', () => {
    expect(allows([policy({ ...of('a') })], a, b)).toBe(true);
    expect(allows([policy({ ...of('a') })], b, a)).toBe(false);
    expect(allows([policy({ ...of('a'), egress: [] })], a, b)).toBe(true);
    expect(allows([policy({ ...of('a'), egress: [{ to: [of('c')] }] })], a, b)).toBe(false);
  });

  it('take pod and namespace of one peer together, of two peers apart', () => {
    const there = { namespaceSelector: { matchLabels: { name: 'there' } } };
    const together = policy({ ...of('a'), policyTypes: ['Egress'], egress: [{ to: [{ ...there, ...of('b') }] }] });
    const apart = policy({ ...of('a'), policyTypes: ['Egress'], egress: [{ to: [there, of('b')] }] });
    expect([b, c, pod('b', 'there')].map((to) => allows([together], a, to))).toEqual([false, false, true]);
    expect([b, c, pod('b', 'there'), pod('d')].map((to) => allows([apart], a, to))).toEqual([true, true, true, false]);
    const anywhere = policy({ ...of('a'), policyTypes: ['Egress'], egress: [{ to: [{ namespaceSelector: {} }] }] });
    expect([b, c, outside('1.1.1.1')].map((to) => allows([anywhere], a, to))).toEqual([true, true, false]);
  });

  it.each([
    [{ key: 'app', operator: 'In', values: ['b', 'c'] }, [false, true]],
    [{ key: 'app', operator: 'NotIn', values: ['b'] }, [true, false]],
    [{ key: 'app', operator: 'Exists' }, [true, true]],
    [{ key: 'app', operator: 'DoesNotExist' }, [false, false]],
  ])('know the expression %j', (expression, expected) => {
    const to = policy({ ...of('d'), policyTypes: ['Egress'], egress: [{ to: [{ podSelector: { matchExpressions: [expression] } }] }] });
    expect([a, b].map((each) => allows([to], pod('d'), each))).toEqual(expected);
  });

  it('know address blocks with exceptions, of both families', () => {
    const web = policy({ ...of('a'), policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] } }, { ipBlock: { cidr: '::/0', except: ['fc00::/7'] } }] }] });
    expect(['1.1.1.1', '10.9.9.9', '2606:4700::1', 'fd00::1'].map((address) => allows([web], a, outside(address)))).toEqual([true, false, true, false]);
    expect(allows([web], a, b)).toBe(false);
  });

  it('know ports by number, range, name and protocol', () => {
    const ports = (...list: NonNullable<NonNullable<NetworkPolicySpec['ingress']>[number]['ports']>) => [policy({ ...of('b'), policyTypes: ['Ingress'], ingress: [{ ports: list }] })];
    expect([8080, 8081].map((port) => allows(ports({ port: 8080 }), a, b, tcp(port)))).toEqual([true, false]);
    expect([7999, 8000, 8100, 8101].map((port) => allows(ports({ port: 8000, endPort: 8100 }), a, b, tcp(port)))).toEqual([false, true, true, false]);
    expect([8080, 9090].map((port) => allows(ports({ port: 'http' }), a, b, tcp(port)))).toEqual([true, false]);
    expect(allows(ports({ port: 'metrics' }), a, b)).toBe(false);
    expect(allows(ports({ protocol: 'UDP' }), a, b)).toBe(false);
    expect(allows(ports({ protocol: 'UDP', port: 53 }), a, b, { protocol: 'UDP', port: 53 })).toBe(true);
  });
});
