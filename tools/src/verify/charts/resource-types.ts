import type { LabelSelector, ObjectMeta } from 'kubernetes-types/meta/v1.js';

/**
 * The part of foreign resource definitions that the charts use, written after their published definitions:
 * gateway.networking.k8s.io/v1, monitoring.coreos.com/v1, external-secrets.io/v1, autoscaling.k8s.io/v1.
 */
interface Resource<V extends string, K extends string, S> {
  apiVersion: V;
  kind: K;
  metadata: ObjectMeta;
  spec: S;
}

export type HTTPRoute = Resource<'gateway.networking.k8s.io/v1', 'HTTPRoute', {
  parentRefs: { name: string; namespace?: string; sectionName?: string }[];
  hostnames?: string[];
  rules: {
    matches?: { path?: { type: 'Exact' | 'PathPrefix' | 'RegularExpression'; value: string } }[];
    backendRefs: { name: string; port: number; weight?: number }[];
  }[];
}>;

export type ServiceMonitor = Resource<'monitoring.coreos.com/v1', 'ServiceMonitor', {
  selector: LabelSelector;
  namespaceSelector?: { any?: boolean; matchNames?: string[] };
  endpoints: {
    port: string;
    path?: string;
    interval?: string;
    scrapeTimeout?: string;
    honorLabels?: boolean;
    relabelings?: { action?: 'replace' | 'keep' | 'drop'; sourceLabels?: string[]; targetLabel?: string; replacement?: string; regex?: string }[];
  }[];
}>;

export type Probe = Resource<'monitoring.coreos.com/v1', 'Probe', {
  jobName?: string;
  interval?: string;
  module?: string;
  prober: { url: string; scheme?: string; path?: string };
  targets: { staticConfig?: { static: string[]; labels?: Record<string, string> } };
}>;

export type PrometheusRule = Resource<'monitoring.coreos.com/v1', 'PrometheusRule', {
  groups: {
    name: string;
    interval?: string;
    limit?: number;
    rules: { alert?: string; record?: string; expr: string | number; for?: string; keep_firing_for?: string; labels?: Record<string, string>; annotations?: Record<string, string> }[];
  }[];
}>;

export type ExternalSecret = Resource<'external-secrets.io/v1', 'ExternalSecret', {
  refreshInterval?: string;
  secretStoreRef: { kind: 'SecretStore' | 'ClusterSecretStore'; name: string };
  target: { name: string; creationPolicy?: 'Owner' | 'Orphan' | 'Merge' | 'None'; deletionPolicy?: 'Delete' | 'Merge' | 'Retain' };
  data: { secretKey: string; remoteRef: { key: string; property?: string; version?: string } }[];
}>;

export type VerticalPodAutoscaler = Resource<'autoscaling.k8s.io/v1', 'VerticalPodAutoscaler', {
  targetRef: { apiVersion: string; kind: string; name: string };
  updatePolicy?: { updateMode: 'Off' | 'Initial' | 'Recreate' | 'Auto' };
  resourcePolicy?: { containerPolicies: { containerName: string; controlledResources?: ('cpu' | 'memory')[]; mode?: 'Auto' | 'Off' }[] };
}>;
