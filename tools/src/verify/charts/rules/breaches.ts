import type { Kinds } from '../kubernetes-object.js';

type Owner = keyof Kinds | 'Secret';
/** What to break: the first object of a kind, a path in it, the value put there (`undefined` removes). */
export type Breach = readonly [rule: string, kind: Owner, path: string, value: unknown];

const pod = 'spec.template.spec';
const container = `${pod}.containers.0`;
const security = `${container}.securityContext`;
const gone = undefined;

/** For every rule an object that breaks it. */
export const breaches: readonly Breach[] = [
  ['a pod does not run as root', 'Deployment', `${pod}.securityContext.runAsNonRoot`, false],
  ['a pod runs as a numbered user above the system\'s', 'Job', `${pod}.securityContext.runAsUser`, 0],
  ['the group of a pod\'s volumes is not root', 'Deployment', `${pod}.securityContext.fsGroup`, 0],
  ['a pod is under the runtime\'s system call filter', 'Pod', 'spec.securityContext.seccompProfile.type', 'Unconfined'],
  ['a pod does not share the network of its node', 'Deployment', `${pod}.hostNetwork`, true],
  ['a pod does not share processes or memory of its node', 'Deployment', `${pod}.hostPID`, true],
  ['containers of a pod do not see each other\'s processes', 'Deployment', `${pod}.shareProcessNamespace`, true],
  ['a pod sets no kernel parameters', 'Deployment', `${pod}.securityContext.sysctls`, [{ name: 'kernel.shm_rmid_forced', value: '0' }]],
  ['a pod sees no folder of its node', 'Deployment', `${pod}.volumes.0`, { name: 'scratch', hostPath: { path: '/var/run' } }],
  ['a pod has only volumes that the restricted standard knows', 'Deployment', `${pod}.volumes.0`, { name: 'scratch', nfs: { server: 's', path: '/' } }],
  ['an empty volume has a limit', 'Deployment', `${pod}.volumes.0.emptyDir`, {}],
  ['files of a secret are not open to all', 'Deployment', `${pod}.volumes.2.secret.defaultMode`, 0o444],
  ['a pod has no token for the Kubernetes interface', 'Pod', 'spec.automountServiceAccountToken', true],
  ['a pod has an identity of the release, not the default one', 'Deployment', `${pod}.serviceAccountName`, 'default'],
  ['a pod is not told of every service by variables', 'Deployment', `${pod}.enableServiceLinks`, gone],
  ['a pod is not tied to a node by name', 'Deployment', `${pod}.nodeName`, 'node-1'],
  ['the time to stop is longer than leaving and draining', 'Deployment', `${pod}.terminationGracePeriodSeconds`, 15],
  ['pods spread over hosts and zones', 'Deployment', `${pod}.topologySpreadConstraints.1`, gone],
  ['a change of settings or of secret references replaces pods', 'Deployment', 'spec.template.metadata.annotations.checksum/settings', gone],

  ['an image is named by tag or digest, never by latest', 'Deployment', `${container}.image`, 'registry:5000/voiceassist/auth:latest'],
  ['the root file system is read-only', 'Deployment', `${security}.readOnlyRootFilesystem`, false],
  ['a container cannot gain privileges', 'Job', `${security}.allowPrivilegeEscalation`, gone],
  ['a container is not privileged', 'Deployment', `${security}.privileged`, true],
  ['a container drops all capabilities', 'Deployment', `${security}.capabilities.drop`, ['NET_RAW']],
  ['a container adds no capability', 'Deployment', `${security}.capabilities.add`, ['NET_BIND_SERVICE']],
  ['a container does not run as root either', 'Deployment', `${security}.runAsUser`, 0],
  ['a container keeps the system call filter', 'Deployment', `${security}.seccompProfile.type`, 'Unconfined'],
  ['a container keeps the masks over /proc', 'Deployment', `${security}.procMount`, 'Unmasked'],
  ['a container asks for processor and memory', 'Deployment', `${container}.resources.requests.cpu`, gone],
  ['memory has a limit', 'Deployment', `${container}.resources.limits.memory`, gone],
  ['local storage has a limit', 'Deployment', `${container}.resources.limits.ephemeral-storage`, gone],
  ['no more memory is asked for than allowed', 'Deployment', `${container}.resources.requests.memory`, '4Gi'],
  ['no port of the node is taken', 'Deployment', `${container}.ports.0.hostPort`, 80],
  ['secrets come by reference', 'Deployment', `${container}.env.0`, { name: 'DATABASE_URL', value: `postgres${'://'}va_auth:open@host/db` }],
  ['a missing secret stops the pod', 'Job', `${container}.env.1.valueFrom.secretKeyRef.optional`, true],
  ['there is room for temporary files', 'Deployment', `${container}.volumeMounts.0.readOnly`, true],
  ['no command runs inside a container from outside', 'Deployment', `${container}.livenessProbe.exec`, { command: ['true'] }],
  ['starting, living and being ready are asked separately', 'Deployment', `${container}.startupProbe`, gone],
  ['living does not depend on others', 'Deployment', `${container}.livenessProbe.httpGet.path`, '/ready'],
  ['being ready depends on others', 'Deployment', `${container}.readinessProbe.httpGet.path`, '/health'],
  ['a slow start is not taken for death', 'Deployment', `${container}.startupProbe.failureThreshold`, 3],
  ['every probe has a deadline', 'Deployment', `${container}.readinessProbe.timeoutSeconds`, gone],
  ['a stopping pod first leaves the load balancers, without a shell', 'Deployment', `${container}.lifecycle`, gone],

  ['a service has two replicas at least', 'HorizontalPodAutoscaler', 'spec.minReplicas', 1],
  ['a number of replicas is given by the autoscaler or by hand, not by both', 'Deployment', 'spec.replicas', 3],
  ['a rollout takes no pod away before its successor is ready', 'Deployment', 'spec.strategy.rollingUpdate.maxUnavailable', 1],
  ['a rollout that hangs is reported, and can be undone', 'Deployment', 'spec.revisionHistoryLimit', 0],
  ['a deployment selects its own pods', 'Deployment', 'spec.selector.matchLabels.app.kubernetes.io/name', 'users'],
  ['a deployment does not select pods of another one', 'Deployment', 'spec.selector.matchLabels', { 'app.kubernetes.io/part-of': 'voiceassist' }],
  ['a disruption budget covers the pods', 'PodDisruptionBudget', 'spec.selector.matchLabels.app.kubernetes.io/name', 'users'],
  ['pods that are not ready may always be evicted', 'PodDisruptionBudget', 'spec.unhealthyPodEvictionPolicy', 'IfHealthyBudget'],
  ['a disruption budget lets a node be drained', 'PodDisruptionBudget', 'spec.maxUnavailable', 0],
  ['an autoscaler says how fast it scales both ways', 'HorizontalPodAutoscaler', 'spec.behavior.scaleDown', gone],
  ['an autoscaler looks at the processor', 'HorizontalPodAutoscaler', 'spec.metrics.0', gone],
  ['an autoscaler has room above its minimum', 'HorizontalPodAutoscaler', 'spec.maxReplicas', 2],
  ['an autoscaler scales a deployment of the release', 'HorizontalPodAutoscaler', 'spec.scaleTargetRef.name', 'nobody'],
  ['the vertical autoscaler leaves the processor to the horizontal one', 'VerticalPodAutoscaler', 'spec.resourcePolicy.containerPolicies.0.controlledResources', ['cpu', 'memory']],
  ['a job ends in bounded time and with bounded tries', 'Job', 'spec.activeDeadlineSeconds', gone],
  ['what people uploaded outlives the release', 'PersistentVolumeClaim', 'metadata.annotations', gone],

  ['a policy closes every pod both ways', 'NetworkPolicy', 'spec.policyTypes', ['Ingress']],
  ['no policy opens to everybody', 'NetworkPolicy', 'spec.ingress.0.from', gone],
  ['no policy opens every port', 'NetworkPolicy', 'spec.egress.0.ports', gone],
  ['no policy opens to whole namespaces at large', 'NetworkPolicy', 'spec.egress.0.to.0', { namespaceSelector: {} }],
  ['the way to the world leaves private networks out', 'NetworkPolicy', 'spec.egress.0.to.0', { ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] } }],
  ['names are asked of the cluster\'s own name service', 'NetworkPolicy', 'spec.egress.0.to', [{ ipBlock: { cidr: '8.8.8.8/32' } }]],
  ['nobody is let in from addresses', 'NetworkPolicy', 'spec.ingress.0.from.0', { ipBlock: { cidr: '192.0.2.0/24' } }],
  ['a service is reachable inside the cluster only', 'Service', 'spec.type', 'LoadBalancer'],
  ['a service selects pods of the release that have its ports', 'Service', 'spec.ports.0.targetPort', 'web'],
  ['a route leads to the http port of a service of the release, never to its numbers', 'HTTPRoute', 'spec.rules.0.backendRefs.0.port', 9090],
  ['an ingress leads to the http port of a service of the release, never to its numbers', 'Ingress', 'spec.rules.0.http.paths.0.backend.service.port.name', 'metrics'],
  ['an ingress has TLS for every host', 'Ingress', 'spec.tls', []],
  ['numbers are taken from a metrics port that exists', 'ServiceMonitor', 'spec.endpoints.0.port', 'http'],

  ['a release makes only kinds that the product needs: no secrets, no rights, nothing cluster-wide', 'ConfigMap', 'kind', 'Secret'],
  ['every object has the labels that Kubernetes recommends', 'Service', 'metadata.labels.app.kubernetes.io/part-of', gone],
  ['every object says its namespace', 'Service', 'metadata.namespace', gone],
  ['no object is rendered twice', 'NetworkPolicy', 'metadata.name', 'voiceassist-gateway-test'],
  ['names fit into a label', 'Service', 'metadata.name', 'Voice_Assist'],
  ['labels are short texts', 'Service', 'metadata.labels.helm.sh/chart', 'a chart'],
  ['hooks clean up after themselves', 'Job', 'metadata.annotations.helm.sh/hook-delete-policy', gone],
  ['an identity hands out no token', 'ServiceAccount', 'automountServiceAccountToken', gone],
  ['settings hold no secret', 'ConfigMap', 'data.DATABASE_URL', `postgres${'://'}va_auth:open@host/db`],
  ['settings are texts', 'ConfigMap', 'data.PORT', 8080],
  ['a secret outlives a change of its source', 'ExternalSecret', 'spec.target.deletionPolicy', 'Delete'],
];

/** Keys of labels hold dots: they are told by their slash and taken whole. */
function keysOf(path: string): string[] {
  const slash = /(app\.kubernetes\.io|helm\.sh|checksum)\/.*$/.exec(path);
  const head = slash ? path.slice(0, slash.index) : path;
  return [...head.split('.').filter(Boolean), ...(slash ? [slash[0]] : [])];
}

/** Puts the value at the path; a list loses the element that is removed. */
export function breakAt(target: object, path: string, value: unknown): void {
  const keys = keysOf(path);
  const last = keys.pop() ?? '';
  const place = keys.reduce<unknown>((each, key) => (typeof each === 'object' && each !== null ? (Reflect.get(each, key) as unknown) : undefined), target);
  if (place === undefined || place === null) throw new Error(`There is no ${path}`);
  if (typeof place !== 'object') throw new Error(`Nothing can stand at ${path}`);
  if (value !== undefined) Reflect.set(place, last, value);
  else if (Array.isArray(place)) place.splice(Number(last), 1);
  else if (!Reflect.deleteProperty(place, last)) throw new Error(`There is no ${path}`);
}
