import { ofKind } from '../kubernetes-object.js';
import { ofPods, ofServingPods, type Rule } from './rule.js';

const volumeKinds = new Set(['name', 'emptyDir', 'secret', 'configMap', 'projected', 'persistentVolumeClaim']);

/** Longest time from the wish to stop until the process has drained, after the settings of the same release. */
function drainSeconds(name: string | undefined, objects: Parameters<Rule['faults']>[0]): number {
  const settings = ofKind(objects, 'ConfigMap').find(({ metadata }) => metadata.name === name)?.data ?? {};
  return (Number(settings.SHUTDOWN_DELAY_MS ?? 0) + Number(settings.SHUTDOWN_TIMEOUT_MS ?? 0)) / 1000;
}

/** The Pod Security Standard "restricted" and what the product asks of pods beyond it. */
export const podRules: readonly Rule[] = [
  ofPods('a pod does not run as root', ({ spec }) => spec.securityContext?.runAsNonRoot === true),
  ofPods('a pod runs as a numbered user above the system\'s', ({ spec }) => (spec.securityContext?.runAsUser ?? 0) >= 10_000),
  ofPods('the group of a pod\'s volumes is not root', ({ spec }) => (spec.securityContext?.fsGroup ?? 0) >= 10_000),
  ofPods('a pod is under the runtime\'s system call filter', ({ spec }) => spec.securityContext?.seccompProfile?.type === 'RuntimeDefault'),
  ofPods('a pod does not share the network of its node', ({ spec }) => !spec.hostNetwork),
  ofPods('a pod does not share processes or memory of its node', ({ spec }) => !spec.hostPID && !spec.hostIPC),
  ofPods('containers of a pod do not see each other\'s processes', ({ spec }) => !spec.shareProcessNamespace),
  ofPods('a pod sets no kernel parameters', ({ spec }) => (spec.securityContext?.sysctls ?? []).length === 0),
  ofPods('a pod sees no folder of its node', ({ spec }) => (spec.volumes ?? []).every(({ hostPath }) => !hostPath)),
  ofPods('a pod has only volumes that the restricted standard knows', ({ spec }) => (spec.volumes ?? []).every((volume) => Object.keys(volume).every((key) => volumeKinds.has(key)))),
  ofPods('an empty volume has a limit', ({ spec }) => (spec.volumes ?? []).every(({ emptyDir }) => !emptyDir || Boolean(emptyDir.sizeLimit))),
  ofPods('files of a secret are not open to all', ({ spec }) => (spec.volumes ?? []).every(({ secret }) => !secret || ((secret.defaultMode ?? 0o644) & 0o337) === 0)),
  ofPods('a pod has no token for the Kubernetes interface', ({ spec }) => spec.automountServiceAccountToken === false),
  ofPods('a pod has an identity of the release, not the default one', ({ spec }, objects) =>
    ofKind(objects, 'ServiceAccount').some(({ metadata }) => metadata.name === spec.serviceAccountName && metadata.name !== 'default')),
  ofPods('a pod is not told of every service by variables', ({ spec }) => spec.enableServiceLinks === false),
  ofPods('a pod is not tied to a node by name', ({ spec }) => !spec.nodeName),
  ofServingPods('the time to stop is longer than leaving and draining', ({ spec, owner }, objects) => {
    const leaving = Math.max(...spec.containers.map(({ lifecycle }) => lifecycle?.preStop?.sleep?.seconds ?? 0));
    return (spec.terminationGracePeriodSeconds ?? 30) > leaving + drainSeconds(owner.metadata.name, objects);
  }),
  ofServingPods('pods spread over hosts and zones', ({ spec }) =>
    ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].every((key) => spec.topologySpreadConstraints?.some(({ topologyKey }) => topologyKey === key))),
  ofServingPods('a change of settings or of secret references replaces pods', ({ annotations }) =>
    ['checksum/settings', 'checksum/secret-references'].every((key) => /^[0-9a-f]{64}$/.test(annotations[key] ?? ''))),
];
