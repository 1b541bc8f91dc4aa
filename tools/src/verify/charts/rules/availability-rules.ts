import type { Deployment } from 'kubernetes-types/apps/v1.js';
import { ofKind, podsOf, type KubernetesObject } from '../kubernetes-object.js';
import { matches, of, type Objects, type Rule } from './rule.js';

const scalerOf = (deployment: KubernetesObject, objects: Objects) =>
  ofKind(objects, 'HorizontalPodAutoscaler').find(({ spec }) => spec?.scaleTargetRef.name === deployment.metadata.name);
const labelsOf = (deployment: Deployment) => deployment.spec?.template.metadata?.labels ?? {};

export const twoReplicas = 'a service has two replicas at least';

export const availabilityRules: readonly Rule[] = [
  of('Deployment', twoReplicas, (deployment, objects) => (scalerOf(deployment, objects)?.spec?.minReplicas ?? deployment.spec?.replicas ?? 1) >= 2),
  of('Deployment', 'a number of replicas is given by the autoscaler or by hand, not by both', (deployment, objects) => !scalerOf(deployment, objects) || deployment.spec?.replicas === undefined),
  of('Deployment', 'a rollout takes no pod away before its successor is ready', ({ spec }) => spec?.strategy?.rollingUpdate?.maxUnavailable === 0),
  of('Deployment', 'a rollout that hangs is reported, and can be undone', ({ spec }) => (spec?.progressDeadlineSeconds ?? 0) > 0 && (spec?.revisionHistoryLimit ?? 0) >= 2),
  of('Deployment', 'a deployment selects its own pods', (deployment) => matches(deployment.spec?.selector.matchLabels, labelsOf(deployment))),
  of('Deployment', 'a deployment does not select pods of another one', (deployment, objects) =>
    podsOf(objects).every(({ owner, labels }) => owner.metadata.name === deployment.metadata.name || !matches(deployment.spec?.selector.matchLabels, labels))),
  of('Deployment', 'a disruption budget covers the pods', (deployment, objects) =>
    ofKind(objects, 'PodDisruptionBudget').some(({ spec }) => matches(spec?.selector?.matchLabels, labelsOf(deployment)))),
  of('PodDisruptionBudget', 'pods that are not ready may always be evicted', ({ spec }) => spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow'),
  of('PodDisruptionBudget', 'a disruption budget lets a node be drained', ({ spec }) => Number(spec?.maxUnavailable ?? 0) >= 1 && spec?.minAvailable === undefined),
  of('HorizontalPodAutoscaler', 'an autoscaler says how fast it scales both ways', ({ spec }) =>
    [spec?.behavior?.scaleUp, spec?.behavior?.scaleDown].every((way) => way?.stabilizationWindowSeconds !== undefined && (way.policies ?? []).length > 0)),
  of('HorizontalPodAutoscaler', 'an autoscaler looks at the processor', ({ spec }) => (spec?.metrics ?? []).some(({ type, resource }) => type === 'Resource' && resource?.name === 'cpu')),
  of('HorizontalPodAutoscaler', 'an autoscaler has room above its minimum', ({ spec }) => (spec?.maxReplicas ?? 0) > (spec?.minReplicas ?? 1)),
  of('HorizontalPodAutoscaler', 'an autoscaler scales a deployment of the release', ({ spec }, objects) =>
    ofKind(objects, 'Deployment').some(({ metadata }) => metadata.name === spec?.scaleTargetRef.name)),
  of('VerticalPodAutoscaler', 'the vertical autoscaler leaves the processor to the horizontal one', ({ spec }) =>
    (spec.resourcePolicy?.containerPolicies ?? []).every(({ controlledResources = ['cpu', 'memory'] }) => !controlledResources.includes('cpu'))),
  of('Job', 'a job ends in bounded time and with bounded tries', ({ spec }) => (spec?.activeDeadlineSeconds ?? 0) > 0 && (spec?.backoffLimit ?? 6) <= 3),
  of('PersistentVolumeClaim', 'what people uploaded outlives the release', ({ metadata }) => metadata.annotations?.['helm.sh/resource-policy'] === 'keep'),
];
