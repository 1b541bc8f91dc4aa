import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from 'kubernetes-types/networking/v1.js';
import { ofKind, podsOf } from '../kubernetes-object.js';
import { matches, of, ofPods, type Objects, type Rule } from './rule.js';

interface Opening {
  readonly peers: readonly NetworkPolicyPeer[];
  readonly ports: readonly NetworkPolicyPort[];
}

function openingsOf({ spec }: NetworkPolicy): Opening[] {
  return [
    ...(spec?.ingress ?? []).map(({ from = [], ports = [] }) => ({ peers: from, ports })),
    ...(spec?.egress ?? []).map(({ to = [], ports = [] }) => ({ peers: to, ports })),
  ];
}

const privateBlocks = ['10.0.0.0/8', '100.64.0.0/10', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'];
const everywhere = (peer: NetworkPolicyPeer) => peer.ipBlock?.cidr === '0.0.0.0/0' || peer.ipBlock?.cidr === '::/0';
const leavesPrivateOut = ({ ipBlock }: NetworkPolicyPeer) =>
  (ipBlock?.cidr === '::/0' ? ['fc00::/7', 'fe80::/10'] : privateBlocks).every((block) => ipBlock?.except?.includes(block));

const isDns = ({ port }: NetworkPolicyPort) => port === 53;
const servicePort = (service: string | undefined, objects: Objects) => ofKind(objects, 'Service').find(({ metadata }) => metadata.name === service)?.spec?.ports ?? [];

export const networkRules: readonly Rule[] = [
  ofPods('a policy closes every pod both ways', ({ labels, owner }, objects) =>
    ofKind(objects, 'NetworkPolicy').some(({ spec, metadata }) =>
      metadata.namespace === owner.metadata.namespace && matches(spec?.podSelector.matchLabels, labels) && ['Ingress', 'Egress'].every((type) => spec?.policyTypes?.includes(type)))),
  of('NetworkPolicy', 'no policy opens to everybody', (policy) => openingsOf(policy).every(({ peers }) => peers.length > 0)),
  of('NetworkPolicy', 'no policy opens every port', (policy) => openingsOf(policy).every(({ ports }) => ports.length > 0)),
  of('NetworkPolicy', 'no policy opens to whole namespaces at large', (policy) =>
    openingsOf(policy).every(({ peers }) => peers.every(({ namespaceSelector }) => !namespaceSelector || Object.keys(namespaceSelector.matchLabels ?? {}).length > 0))),
  of('NetworkPolicy', 'the way to the world leaves private networks out', (policy) =>
    openingsOf(policy).every(({ peers }) => peers.filter(everywhere).every(leavesPrivateOut))),
  of('NetworkPolicy', 'names are asked of the cluster\'s own name service', (policy) =>
    openingsOf(policy).every(({ peers, ports }) => !ports.some(isDns) || peers.every(({ namespaceSelector, podSelector }) => namespaceSelector && podSelector))),
  of('NetworkPolicy', 'nobody is let in from addresses', ({ spec }) => (spec?.ingress ?? []).every(({ from = [] }) => from.every(({ ipBlock }) => !ipBlock))),
  of('Service', 'a service is reachable inside the cluster only', ({ spec }) => (spec?.type ?? 'ClusterIP') === 'ClusterIP' && !spec?.externalIPs),
  of('Service', 'a service selects pods of the release that have its ports', ({ spec }, objects) => {
    const pods = podsOf(objects).filter(({ labels }) => matches(spec?.selector, labels));
    return pods.length > 0 && pods.every((pod) => (spec?.ports ?? []).every(({ targetPort }) => pod.spec.containers.some(({ ports = [] }) => ports.some(({ name }) => name === targetPort))));
  }),
  of('HTTPRoute', 'a route leads to the http port of a service of the release, never to its numbers', ({ spec }, objects) =>
    spec.rules.every(({ backendRefs }) => backendRefs.every(({ name, port }) => servicePort(name, objects).some((each) => each.port === port && each.name === 'http')))),
  of('Ingress', 'an ingress leads to the http port of a service of the release, never to its numbers', ({ spec }, objects) =>
    (spec?.rules ?? []).every(({ http }) => (http?.paths ?? []).every(({ backend }) => backend.service?.port?.name === 'http' && servicePort(backend.service.name, objects).length > 0))),
  of('Ingress', 'an ingress has TLS for every host', ({ spec }) => (spec?.rules ?? []).every(({ host }) => spec?.tls?.some(({ hosts, secretName }) => secretName && hosts?.includes(host ?? '')))),
  of('ServiceMonitor', 'numbers are taken from a metrics port that exists', ({ spec }, objects) =>
    spec.endpoints.every(({ port }) => port === 'metrics') && ofKind(objects, 'Service').some((service) =>
      matches(spec.selector.matchLabels, service.metadata.labels ?? {}) && service.spec?.ports?.some(({ name }) => name === 'metrics'))),
];
