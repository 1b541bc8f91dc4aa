import type { NetworkPolicy } from 'kubernetes-types/networking/v1.js';
import type { Speaker, Target } from '../../generate/charts/network-matrix.js';
import { isAllowed, type Place } from './network-policies.js';
import { podsOf, type KubernetesObject } from './kubernetes-object.js';

type Labels = Readonly<Record<string, string>>;

const inNamespace = (namespace: string, labels: Labels): Place => ({
  name: namespace, address: '10.42.0.9', pod: { namespace, namespaceLabels: { 'kubernetes.io/metadata.name': namespace }, labels },
});

/** Places outside the product, labelled as their own charts and the cluster label them. */
const others: Readonly<Record<string, Place>> = {
  edge: inNamespace('gateway-system', {}),
  prometheus: inNamespace('monitoring', { 'app.kubernetes.io/name': 'prometheus' }),
  foreign: inNamespace('voiceassist', { app: 'foreign' }),
  elsewhere: inNamespace('elsewhere', {}),
  postgres: inNamespace('voiceassist-data', { 'cnpg.io/cluster': 'voiceassist-postgres' }),
  nats: inNamespace('voiceassist-data', { 'app.kubernetes.io/name': 'nats' }),
  redis: inNamespace('voiceassist-data', { 'app.kubernetes.io/name': 'redis' }),
  qdrant: inNamespace('voiceassist-data', { 'app.kubernetes.io/name': 'qdrant' }),
  dns: inNamespace('kube-system', { 'k8s-app': 'kube-dns' }),
  collector: inNamespace('monitoring', { 'app.kubernetes.io/name': 'opentelemetry-collector' }),
  internet: { name: 'internet', address: '198.51.100.20' },
  intranet: { name: 'intranet', address: '10.20.30.40' },
  kubernetes: { name: 'kubernetes', address: '172.20.0.1' },
  metadata: { name: 'metadata', address: '169.254.169.254' },
};

/** The pods of one component as rendered, with their namespace and named ports. */
function placeOf(objects: readonly KubernetesObject[], service: string, component: string): Place {
  const pod = podsOf(objects).find(({ labels }) => labels['app.kubernetes.io/name'] === service && labels['app.kubernetes.io/component'] === component);
  if (!pod) throw new Error(`Nothing renders pods of ${service} (${component})`);
  const namespace = pod.owner.metadata.namespace ?? '';
  const ports = pod.spec.containers.flatMap((container) => container.ports ?? []);
  return {
    name: service,
    address: '10.42.0.7',
    pod: { namespace, namespaceLabels: { 'kubernetes.io/metadata.name': namespace }, labels: pod.labels, namedPorts: Object.fromEntries(ports.map(({ name = '', containerPort }) => [name, containerPort])) },
  };
}

function other(name: string): Place {
  const place = others[name.split(':')[0] ?? ''];
  if (!place) throw new Error(`Nobody knows the place ${name}`);
  return place;
}

/** Who reaches whom under rendered policies, for the matrix. */
export function renderedReach(objects: readonly KubernetesObject[], policies: readonly NetworkPolicy[]): (speaker: Speaker, target: Target) => boolean {
  return (speaker, { name, facts, protocol, port }) => isAllowed(policies, {
    from: speaker.facts && speaker.component ? placeOf(objects, speaker.facts.service, speaker.component) : other(speaker.name),
    to: facts ? placeOf(objects, facts.service, 'service') : other(name),
    port: { protocol, port },
  });
}
