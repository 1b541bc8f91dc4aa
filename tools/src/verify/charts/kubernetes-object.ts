import type { Deployment } from 'kubernetes-types/apps/v1.js';
import type { HorizontalPodAutoscaler } from 'kubernetes-types/autoscaling/v2.js';
import type { Job } from 'kubernetes-types/batch/v1.js';
import type { ConfigMap, Container, PersistentVolumeClaim, Pod, PodSpec, Service, ServiceAccount } from 'kubernetes-types/core/v1.js';
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';
import type { Ingress, NetworkPolicy } from 'kubernetes-types/networking/v1.js';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.js';
import type { ExternalSecret, HTTPRoute, Probe, PrometheusRule, ServiceMonitor, VerticalPodAutoscaler } from './resource-types.js';

/** What the charts may render, by kind. */
export interface Kinds {
  Deployment: Deployment;
  HorizontalPodAutoscaler: HorizontalPodAutoscaler;
  Job: Job;
  ConfigMap: ConfigMap;
  PersistentVolumeClaim: PersistentVolumeClaim;
  Pod: Pod;
  Service: Service;
  ServiceAccount: ServiceAccount;
  Ingress: Ingress;
  NetworkPolicy: NetworkPolicy;
  PodDisruptionBudget: PodDisruptionBudget;
  ExternalSecret: ExternalSecret;
  HTTPRoute: HTTPRoute;
  Probe: Probe;
  PrometheusRule: PrometheusRule;
  ServiceMonitor: ServiceMonitor;
  VerticalPodAutoscaler: VerticalPodAutoscaler;
}

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

export const nameOf = ({ kind, metadata }: KubernetesObject): string => `${kind}/${metadata.name}`;

export function ofKind<K extends keyof Kinds>(objects: readonly KubernetesObject[], kind: K): (Kinds[K] & KubernetesObject)[] {
  return objects.filter((object) => object.kind === kind) as (Kinds[K] & KubernetesObject)[]; // the kind says so
}

/** Pods that an object makes, with the labels they will carry. */
export interface PodOf {
  readonly owner: KubernetesObject;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
}

export function podsOf(objects: readonly KubernetesObject[]): PodOf[] {
  const of = (owner: KubernetesObject, metadata?: ObjectMeta, spec?: PodSpec): PodOf[] =>
    spec ? [{ owner, labels: metadata?.labels ?? {}, annotations: metadata?.annotations ?? {}, spec }] : [];
  return [
    ...ofKind(objects, 'Deployment').flatMap((each) => of(each, each.spec?.template.metadata, each.spec?.template.spec)),
    ...ofKind(objects, 'Job').flatMap((each) => of(each, each.spec?.template.metadata, each.spec?.template.spec)),
    ...ofKind(objects, 'Pod').flatMap((each) => of(each, each.metadata, each.spec)),
  ];
}

export const containersOf = ({ spec }: PodOf): Container[] => [...(spec.initContainers ?? []), ...spec.containers];
