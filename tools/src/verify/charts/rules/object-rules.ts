import { nameOf } from '../kubernetes-object.js';
import { of, ofAll, type Rule } from './rule.js';
import { isSecret } from './secret-names.js';

const kinds = new Set([
  'Deployment', 'HorizontalPodAutoscaler', 'Job', 'ConfigMap', 'PersistentVolumeClaim', 'Pod', 'Service', 'ServiceAccount', 'Ingress', 'NetworkPolicy',
  'PodDisruptionBudget', 'ExternalSecret', 'HTTPRoute', 'Probe', 'PrometheusRule', 'ServiceMonitor', 'VerticalPodAutoscaler',
]);
const labels = ['app.kubernetes.io/name', 'app.kubernetes.io/instance', 'app.kubernetes.io/version', 'app.kubernetes.io/component', 'app.kubernetes.io/part-of', 'app.kubernetes.io/managed-by', 'helm.sh/chart'];

export const objectRules: readonly Rule[] = [
  ofAll('a release makes only kinds that the product needs: no secrets, no rights, nothing cluster-wide', ({ kind }) => kinds.has(kind)),
  ofAll('every object has the labels that Kubernetes recommends', ({ metadata }) => labels.every((label) => Boolean(metadata.labels?.[label]))),
  ofAll('every object says its namespace', ({ metadata }) => Boolean(metadata.namespace)),
  ofAll('no object is rendered twice', (object, objects) => objects.filter((other) => nameOf(other) === nameOf(object) && other.apiVersion === object.apiVersion).length === 1),
  ofAll('names fit into a label', ({ metadata }) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(metadata.name ?? '')),
  ofAll('labels are short texts', ({ metadata }) => Object.values(metadata.labels ?? {}).every((value) => typeof value === 'string' && /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/.test(value))),
  ofAll('hooks clean up after themselves', ({ metadata }) => !metadata.annotations?.['helm.sh/hook'] || Boolean(metadata.annotations['helm.sh/hook-delete-policy'])),
  of('ServiceAccount', 'an identity hands out no token', ({ automountServiceAccountToken }) => automountServiceAccountToken === false),
  of('ConfigMap', 'settings hold no secret', ({ data = {} }) => Object.keys(data).every((name) => !isSecret(name))),
  of('ConfigMap', 'settings are texts', ({ data = {} }) => Object.values(data).every((value) => typeof value === 'string')),
  of('ExternalSecret', 'a secret outlives a change of its source', ({ spec }) => spec.target.deletionPolicy === 'Retain'),
];
