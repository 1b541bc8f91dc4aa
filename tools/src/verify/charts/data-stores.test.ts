import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { chartFacts } from '../../generate/charts/service-facts.js';
import { objectsIn } from './helm-workspace.js';
import { ofKind } from './kubernetes-object.js';
import { isAllowed, type Place } from './network-policies.js';
import { typeFaults } from './type-check.js';

const textOf = (path: string) => readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8');
const valuesOf = (store: string) => parse(textOf(`infra/${store}/helm-values.yaml`)) as Record<string, unknown>; // a map at the top

describe('the data stores on Kubernetes', () => {
  it('NATS is given the public key of every user in its permissions, and no other', () => {
    const { container } = valuesOf('nats') as { container: { env: Record<string, { valueFrom: { secretKeyRef: { key: string } } }> } };
    const wanted = [...new Set(textOf('infra/nats/permissions.conf').match(/(?<=nkey: \$)NATS_NKEY_\w+/g))].sort();
    expect(Object.keys(container.env).sort()).toEqual(wanted);
    for (const [name, { valueFrom }] of Object.entries(container.env)) expect(valueFrom.secretKeyRef.key).toBe(name);
  });

  it('Qdrant shows its numbers to Prometheus by a key that only reads, which the chart hands to its ServiceMonitor', () => {
    const { env, readOnlyApiKey, metrics } = valuesOf('qdrant') as { env: { name: string; valueFrom?: unknown }[]; readOnlyApiKey: unknown; metrics: unknown };
    const keyOf = (name: string) => ({ secretKeyRef: { name: 'qdrant', key: name } });
    expect(env.find(({ name }) => name === 'QDRANT__SERVICE__API_KEY')?.valueFrom).toEqual(keyOf('VECTOR_API_KEY'));
    expect(readOnlyApiKey).toEqual({ valueFrom: keyOf('READ_ONLY_API_KEY') });
    expect(metrics).toEqual({ serviceMonitor: { enabled: true } });
    expect(textOf('docs/operations/kubernetes.md')).toContain('`READ_ONLY_API_KEY`');
  });

  it('no values file holds a password', () => {
    for (const store of ['postgres', 'nats', 'redis', 'qdrant']) expect(JSON.stringify(valuesOf(store))).not.toMatch(/"(redisPassword|password|secretKey|accessKey)":"/);
  });

  it('the stores let in the services that use them, their migrations, and nobody else', async () => {
    const policies = ofKind(objectsIn(textOf('helm/data-policies.yaml')), 'NetworkPolicy');
    expect(await typeFaults(policies)).toEqual([]);
    const pod = (namespace: string, labels: Record<string, string>): Place => ({ name: 'pod', address: '10.1.1.1', pod: { namespace, namespaceLabels: { 'kubernetes.io/metadata.name': namespace }, labels } });
    const component = (service: string, kind: string) => pod('voiceassist', { 'app.kubernetes.io/part-of': 'voiceassist', 'app.kubernetes.io/name': service, 'app.kubernetes.io/component': kind });
    const stores = [['postgres', 5432, { 'cnpg.io/cluster': 'voiceassist-postgres' }], ['nats', 4222, { 'app.kubernetes.io/name': 'nats' }], ['redis', 6379, { 'app.kubernetes.io/name': 'redis' }], ['qdrant', 6333, { 'app.kubernetes.io/name': 'qdrant' }]] as const;
    for (const [store, port, labels] of stores) {
      const reaches = (from: Place, to = port as number) => isAllowed(policies, { from, to: pod('voiceassist-data', labels), port: { protocol: 'TCP', port: to } });
      for (const { service, stores: used } of chartFacts()) {
        expect([service, store, reaches(component(service, 'service'))]).toEqual([service, store, used.includes(store)]);
        expect([service, store, reaches(component(service, 'migration'))]).toEqual([service, store, store === 'postgres' && used.includes(store)]);
        expect(reaches(component(service, 'test'))).toBe(false);
        expect(reaches(component(service, 'databases'))).toBe(false);
      }
      expect([store, reaches(component('operations', 'databases'))]).toEqual([store, store === 'postgres']);
      expect(reaches(component('operations', 'service'))).toBe(false);
      expect(reaches(pod('elsewhere', labels))).toBe(false);
      expect(reaches(component('auth', 'service'), 8222)).toBe(false);
    }
  });
});
